import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import type { LazyAttributes } from '../tracing/own-tracer.js';
import { limitedValue, presentAttributes, type AttributeLimits } from './span-attributes.js';

/** The attributes of a span, within limits, made when they are read. */
export class RecordedAttributes {
  droppedAttributesCount = 0;
  private made: Attributes = {};
  /** Those that are to be made, in this order. */
  private lazy: LazyAttributes[] | undefined;
  /** There are no more attributes than this: they are counted only when that reaches the limit. */
  private atMost = 0;

  constructor(private readonly attributeLimits: AttributeLimits) {}

  get attributes(): Attributes {
    return this.lazy === undefined ? this.made : this.make(this.lazy);
  }

  /** The SDK's spans have a plain field, so that a span processor can change it. */
  set attributes(attributes: Attributes) {
    this.lazy = undefined;
    this.made = attributes;
    this.atMost = Infinity;
  }

  /** Adds attributes that need no check; an object that is the first becomes the span's own. */
  protected add(attributes: Attributes | LazyAttributes): void {
    if (typeof attributes === 'function') {
      this.lazy ??= [];
      this.lazy.push(attributes);
      return;
    }
    const { count, valueLength } = this.attributeLimits;
    const present = presentAttributes(attributes);
    const names = Object.keys(present);
    if (this.atMost === 0 && this.lazy === undefined && valueLength === Infinity && names.length <= count) {
      this.made = present;
      this.atMost = names.length;
      return;
    }
    for (const name of names) {
      const value = present[name];
      if (value !== undefined && value !== null) {
        this.put(name, value);
      }
    }
  }

  /** Sets one that can be recorded. */
  protected put(name: string, value: AttributeValue): void {
    const { attributes } = this;
    const { count, valueLength } = this.attributeLimits;
    if (this.atMost >= count) {
      this.atMost = Object.keys(attributes).length;
      if (this.atMost >= count && !Object.hasOwn(attributes, name)) {
        this.droppedAttributesCount += 1;
        return;
      }
    }
    attributes[name] = limitedValue(value, valueLength);
    this.atMost += 1;
  }

  /** Makes those that are still to be made: what they are made of is not held any longer. */
  protected settle(): void {
    if (this.lazy !== undefined) {
      this.make(this.lazy);
    }
  }

  private make(lazy: readonly LazyAttributes[]): Attributes {
    this.lazy = undefined;
    for (const attributes of lazy) {
      try {
        this.add(attributes());
      } catch (error) {
        reportInternalError('making the attributes of a span', error);
      }
    }
    return this.made;
  }
}
