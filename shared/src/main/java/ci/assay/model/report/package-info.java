/** The content of test reports, independent of their format. */
@org.jspecify.annotations.NullMarked
package ci.assay.model.report;
