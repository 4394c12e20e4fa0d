package ci.assay.worker.checkout;

import java.nio.file.Path;

class IncrementalWorkspaceTest extends WorkspaceContract {

  @Override
  Workspace workspace(Path tree) {
    return new IncrementalWorkspace(tree, ci.assay.worker.settings.CheckoutLimits.DEFAULT);
  }
}
