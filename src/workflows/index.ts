export { planWorkflow } from './plan-workflow.ts';
export { phaseWorkflow } from './phase-workflow.ts';
