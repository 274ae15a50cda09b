// A test is a name and a function that throws. They run one after the other, in the order of the files.
export const registered = [];
let file = '';

export function inFile(name) {
  file = name;
}

export function test(name, run) {
  registered.push({ file, name, run });
}
