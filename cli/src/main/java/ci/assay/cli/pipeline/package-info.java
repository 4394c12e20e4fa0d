/** Shows what an {@code .assay.yml} would run, and runs it in the working tree. */
@org.jspecify.annotations.NullMarked
package ci.assay.cli.pipeline;
