import type { HttpAdapterHost } from '@nestjs/core';
import { guarded } from '@otelier/core/adapter';

/** The place in which Nest keeps its HTTP adapter; versions before 11.1.4 don't tell when it comes. */
type AdapterPlace = Pick<HttpAdapterHost, 'httpAdapter'> & Partial<Pick<HttpAdapterHost, 'init$'>>;

/**
 * Calls back as soon as an application has its HTTP adapter, once for each. `NestFactory` gives it before the modules
 * are made, the testing module when all of them are there (`createNestApplication()`), an application context never.
 */
export class AdapterArrival {
  private met: HttpAdapterHost['httpAdapter'] | undefined;

  constructor(
    private readonly place: AdapterPlace,
    private readonly greet: () => void,
  ) {
    this.look();
    // What is thrown in there would end the process.
    place.init$?.subscribe(guarded('attaching to the HTTP adapter', () => this.look()));
  }

  /** Calls back for an adapter that came unannounced: in versions that don't tell, or in place of an earlier one. */
  look(): void {
    const { httpAdapter } = this.place;
    // An application context without HTTP (a worker, a command) has none.
    if (httpAdapter && httpAdapter !== this.met) {
      this.met = httpAdapter;
      this.greet();
    }
  }
}
