package navette.judges;

import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** veraPDF: the file declares PDF/A-3b and is it (ISO 19005-3). */
final class PdfA implements Judge {
    private static final PDFAFlavour FLAVOUR = PDFAFlavour.PDFA_3_B;

    PdfA() {
        VeraGreenfieldFoundryProvider.initialise();
    }

    @Override
    public boolean passes(Path file, Map<String, Object> verdict) throws Exception {
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file.toFile())) {
            boolean declares = !parser.getFlavours().isEmpty() && parser.getFlavour() == FLAVOUR;
            verdict.put("declared", parser.getFlavours().isEmpty() ? null : parser.getFlavour().getId());
            return complies(file, verdict) && declares;
        }
    }

    private static boolean complies(Path file, Map<String, Object> verdict) throws Exception {
        Map<String, Integer> failures = new TreeMap<>();
        verdict.put("failures", failures);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(file.toFile(), FLAVOUR);
             PDFAValidator validator = Foundries.defaultInstance().createValidator(FLAVOUR, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    failures.merge(rule + ": " + assertion.getMessage().replaceAll("\\s+", " "), 1, Integer::sum);
                }
            }
            return result.isCompliant();
        }
    }
}
