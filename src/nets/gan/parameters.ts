// Trainable tensors of a network, made when the functions that build its graph first use them.

import type { Value } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';

/** How a parameter begins: with zeros, with ones, or drawn from a normal distribution of this standard deviation. */
export type Init = 'zeros' | 'ones' | { deviation: number };

/** Gives a network its parameter of this name; a name stands for one tensor. */
export type Parameter = (name: string, shape: Shape, init: Init) => Value;

/** Puts a prefix before every name, so that two networks of one kind can share a graph. */
export const prefixed =
  (parameter: Parameter, prefix: string): Parameter =>
  (name, shape, init) =>
    parameter(`${prefix}.${name}`, shape, init);

/** Standard deviation that keeps the variance of activations through a ReLU (He et al. 2015). */
export const heDeviation = (inputs: number, taps: number): number => Math.sqrt(2 / (inputs * taps));
