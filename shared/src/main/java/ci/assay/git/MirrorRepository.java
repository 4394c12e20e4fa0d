package ci.assay.git;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.transport.PackParser;
import org.jspecify.annotations.Nullable;

/**
 * A mirror's repository, which counts everything that a fetch writes against the limits of that
 * fetch.
 */
final class MirrorRepository extends FileRepository {

  /** The budget of the current fetch, of which there is one at a time; null when there is none. */
  private volatile @Nullable FetchBudget budget;

  MirrorRepository(File folder) throws IOException {
    super(folder);
  }

  /** From now on, writes count against this budget; null to count nothing. */
  void countAgainst(@Nullable FetchBudget next) {
    budget = next;
  }

  @Override
  public ObjectInserter newObjectInserter() {
    FetchBudget now = budget;
    ObjectInserter inserter = super.newObjectInserter();
    return now == null ? inserter : new Counting(inserter, now);
  }

  private static final class Counting extends ObjectInserter.Filter {
    private final ObjectInserter inserter;
    private final FetchBudget budget;

    Counting(ObjectInserter inserter, FetchBudget budget) {
      this.inserter = inserter;
      this.budget = budget;
    }

    @Override
    protected ObjectInserter delegate() {
      return inserter;
    }

    @Override
    public PackParser newPackParser(InputStream in) throws IOException {
      return super.newPackParser(budget.counted(in));
    }

    @Override
    public ObjectId insert(int type, byte[] data, int from, int length) throws IOException {
      budget.take(length);
      return super.insert(type, data, from, length);
    }

    @Override
    public ObjectId insert(int type, long length, InputStream in) throws IOException {
      budget.take(length);
      return super.insert(type, length, in);
    }
  }
}
