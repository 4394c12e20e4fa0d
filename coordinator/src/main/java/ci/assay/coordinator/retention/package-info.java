/**
 * Keeps a results folder small: {@link ci.assay.coordinator.retention.Pruning} removes the large
 * files of old runs, {@link ci.assay.coordinator.retention.Forgetting} everything of a repository.
 * Both need the folder for themselves, and can be interrupted at any moment and repeated. Begin
 * with the first.
 */
@org.jspecify.annotations.NullMarked
package ci.assay.coordinator.retention;
