import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { reportInternalError } from '../diagnostics/report.js';
import { AttributeSource, type AttributePart, type PartedAttributes } from '../tracing/attribute-parts.js';
import type { LazyAttributes, OwnAttributes } from '../tracing/own-tracer.js';
import { limitedValue, presentAttributes, type AttributeLimits } from './span-attributes.js';

/** The attributes of a span, within limits, made when they are read. */
export class RecordedAttributes implements PartedAttributes {
  private dropped = 0;
  private made: Attributes | undefined = undefined;
  /** What they are made of as long as nobody reads them: sources, and behind them those that are to be made. */
  private unread: AttributeSource[] | undefined = undefined;
  private lazy: LazyAttributes[] | undefined = undefined;
  /** There are no more attributes than this: they are counted only when that reaches the limit. */
  private atMost = 0;

  constructor(private readonly attributeLimits: AttributeLimits) {}

  get sources(): typeof AttributeSource {
    return AttributeSource;
  }

  get attributes(): Attributes {
    if (this.unread !== undefined || this.lazy !== undefined) {
      this.make();
    }
    return (this.made ??= {});
  }

  /** The SDK's spans have a plain field, so that a span processor can change it. */
  set attributes(attributes: Attributes) {
    this.unread = undefined;
    this.lazy = undefined;
    this.made = attributes;
    this.atMost = Infinity;
  }

  get droppedAttributesCount(): number {
    if (this.lazy !== undefined) {
      this.make();
    }
    return this.dropped;
  }

  attributeParts(): readonly AttributePart[] | undefined {
    if (this.unread === undefined || this.lazy !== undefined) {
      return undefined;
    }
    const parts: AttributePart[] = [];
    for (const source of this.unread) {
      for (const part of source.parts()) {
        parts.push(part);
      }
    }
    return parts;
  }

  /** Adds attributes that need no check; an object that is the first becomes the span's own. */
  protected add(attributes: OwnAttributes): void {
    if (typeof attributes === 'function') {
      this.lazy ??= [];
      this.lazy.push(attributes);
    } else if (!(attributes instanceof AttributeSource)) {
      this.addMade(attributes);
    } else if (!this.keepSource(attributes)) {
      this.addMade(attributes.attributes());
    }
  }

  /** Sets one that can be recorded. */
  protected put(name: string, value: AttributeValue): void {
    const { attributes } = this;
    const { count, valueLength } = this.attributeLimits;
    if (this.atMost >= count) {
      this.atMost = Object.keys(attributes).length;
      if (this.atMost >= count && !Object.hasOwn(attributes, name)) {
        this.dropped += 1;
        return;
      }
    }
    attributes[name] = limitedValue(value, valueLength);
    this.atMost += 1;
  }

  /** Makes those that are still to be made: what they are made of is not held any longer. */
  protected settle(): void {
    if (this.lazy !== undefined) {
      this.make();
    }
  }

  /** Whether there is nothing that parts could contradict, and no limit that they could reach. */
  private keepSource(source: AttributeSource): boolean {
    const { count, valueLength } = this.attributeLimits;
    if (this.made !== undefined || this.lazy !== undefined || valueLength !== Infinity) {
      return false;
    }
    const total = this.atMost + source.prepare();
    if (total > count) {
      return false;
    }
    this.atMost = total;
    if (this.unread === undefined) {
      this.unread = [source];
    } else {
      this.unread.push(source);
    }
    return true;
  }

  /** Whether nothing has been added, and nobody has been given an object that could have been changed. */
  private get isUntouched(): boolean {
    return this.made === undefined && this.unread === undefined && this.lazy === undefined;
  }

  private addMade(attributes: Attributes): void {
    const { count, valueLength } = this.attributeLimits;
    const present = presentAttributes(attributes);
    const names = Object.keys(present);
    if (this.isUntouched && valueLength === Infinity && names.length <= count) {
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

  private make(): void {
    const { unread = [], lazy = [] } = this;
    this.unread = undefined;
    this.lazy = undefined;
    for (const source of unread) {
      this.made = Object.assign(this.made ?? {}, source.attributes());
    }
    for (const attributes of lazy) {
      try {
        this.addMade(attributes());
      } catch (error) {
        reportInternalError('making the attributes of a span', error);
      }
    }
  }
}
