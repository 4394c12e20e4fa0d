/** What test reports say, whatever their format. */
@org.jspecify.annotations.NullMarked
package ci.assay.model.report;
