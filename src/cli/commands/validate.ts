/** `validate`: every problem of plan files, or that there is none. */
import { type Diagnostic, hasErrors } from '../../domain/diagnostic.ts';
import { visible } from '../../domain/plain-text.ts';
import { diagnosticsJson } from '../../views/diagnostics.ts';
import { flag, type Options } from '../command.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { loadFor, type ReadPlan, readPlans } from '../plan-file.ts';
import { countText } from '../show-diagnostics.ts';

export async function run(context: Context, files: readonly string[], options: Options): Promise<ExitCode> {
  const plans = await readPlans(context, await loadFor(context, options), files);
  if (flag(options, 'json')) {
    context.output.json({
      version: 1,
      files: plans.map((plan) => ({
        file: plan.file,
        valid: plan.parsed.kind === 'valid',
        ...size(plan),
        total: diagnosticsOf(plan).length + (plan.parsed.leftOut ?? 0),
        diagnostics: diagnosticsJson(diagnosticsOf(plan)),
      })),
    });
  } else {
    for (const plan of plans) await show(context, plan);
  }
  return plans.some((plan) => hasErrors(diagnosticsOf(plan))) ? exitCodes.invalid : exitCodes.done;
}

function diagnosticsOf({ parsed }: ReadPlan): readonly Diagnostic[] {
  return parsed.kind === 'valid' ? parsed.warnings : parsed.diagnostics;
}

function size({ parsed }: ReadPlan): { readonly phases?: number; readonly tasks?: number } {
  if (parsed.kind !== 'valid') return {};
  const { phases } = parsed.plan;
  return { phases: phases.length, tasks: phases.reduce((sum, phase) => sum + phase.tasks.length, 0) };
}

async function show(context: Context, plan: ReadPlan): Promise<void> {
  const diagnostics = diagnosticsOf(plan);
  if (diagnostics.length > 0) await context.printDiagnostics(diagnostics, 'stdout');
  const { tasks = 0, phases = 0 } = size(plan);
  const found = diagnostics.length === 0 ? '' : countText(diagnostics, plan.parsed.leftOut);
  const name = visible(plan.file, 500);
  const what = `${tasks} task${tasks === 1 ? '' : 's'} in ${phases} phase${phases === 1 ? '' : 's'}`;
  context.output.print(
    plan.parsed.kind === 'valid' ? `${name}: valid, ${what}${found === '' ? '' : `, ${found}`}` : `${name}: ${found}`,
  );
}
