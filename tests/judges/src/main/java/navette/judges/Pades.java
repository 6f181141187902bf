package navette.judges;

import eu.europa.esig.dss.diagnostic.PDFRevisionWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * EU DSS with its default ETSI policy: every signature TOTAL_PASSED with what the file itself holds. Nothing is fetched.
 *
 * <p>DSS calls a file valid whose page or XML was replaced in a later revision, with warnings only; so what later
 * revisions changed is counted here, and anything but signatures, time-stamps and validation data fails.
 */
final class Pades implements Judge {
    private final CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();

    Pades(Path trusted) throws Exception {
        try (InputStream pem = Files.newInputStream(trusted)) {
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                roots.addCertificate(new CertificateToken((X509Certificate) certificate));
            }
        }
    }

    @Override
    public boolean passes(Path file, Map<String, Object> verdict) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setAIASource(null);
        verifier.setTrustedCertSources(roots);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file.toFile()));
        validator.setCertificateVerifier(verifier);
        Reports reports = validator.validateDocument();
        SimpleReport report = reports.getSimpleReport();
        List<Map<String, Object>> signatures = new ArrayList<>();
        verdict.put("signatures", signatures);
        boolean passes = !report.getSignatureIdList().isEmpty();
        for (String id : report.getSignatureIdList()) {
            PDFRevisionWrapper revision = reports.getDiagnosticData().getSignatureById(id).getPDFRevision();
            Map<String, Object> signature = new LinkedHashMap<>();
            signature.put("format", String.valueOf(report.getSignatureFormat(id)));
            signature.put("indication", String.valueOf(report.getIndication(id)));
            signature.put("reason", String.valueOf(report.getSubIndication(id)));
            signature.put("later_changes", laterChanges(revision));
            signatures.add(signature);
            passes &= report.getIndication(id) == Indication.TOTAL_PASSED && laterChanges(revision) == 0
                    && revision.isSignatureByteRangeValid() && revision.isPdfSignatureDictionaryConsistent();
        }
        return passes;
    }

    private static int laterChanges(PDFRevisionWrapper revision) {
        return revision.getPdfAnnotationChanges().size() + revision.getPdfUndefinedChanges().size()
                + revision.getPdfVisualDifferenceConcernedPages().size()
                + revision.getPdfPageDifferenceConcernedPages().size();
    }
}
