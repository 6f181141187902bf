package navette.judges;

import java.nio.file.Path;
import java.util.Map;

/** One independent opinion on a file. */
interface Judge {
    /** Puts what it found into {@code verdict} and says whether the file passes. */
    boolean passes(Path file, Map<String, Object> verdict) throws Exception;
}
