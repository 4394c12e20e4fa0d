/** What an {@code .assay.yml} would run, and running it in the working tree. */
@org.jspecify.annotations.NullMarked
package ci.assay.cli.pipeline;
