// The order of test files: by project, so that files of a project follow each other in the same process and share their modules.
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { PROJECTS } from './projects.ts';

/** Vitest makes one with `new`. Within a project its own order stays: larger files first. */
export class ProjectSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => PROJECTS.indexOf(project.name);
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
