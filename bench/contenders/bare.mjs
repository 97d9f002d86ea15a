// Nothing: what the others are compared with.
export {};
