import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { guarded } from '@otelier/core/adapter';
import { observationOfContext } from './observation-of-context.js';
import { OTEL_IGNORE } from './otel-ignore.js';

/** Asks each handler whether its requests are left out, and tells who handles them; it lets everybody pass. */
export class IgnoreGuard implements CanActivate {
  private readonly reflector = new Reflector();
  private readonly look = guarded('asking for @OtelIgnore()', (context: ExecutionContext) => this.leaveOut(context));

  canActivate(context: ExecutionContext): boolean {
    this.look(context);
    return true;
  }

  private leaveOut(context: ExecutionContext): void {
    const observation = observationOfContext(context);
    observation?.setHandler({ framework: 'nestjs', controller: context.getClass().name });
    const places = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(OTEL_IGNORE, places) === true) {
      observation?.ignore();
    }
  }
}
