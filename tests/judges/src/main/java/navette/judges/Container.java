package navette.judges;

import eu.europa.esig.dss.diagnostic.EvidenceRecordWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlDigestMatcher;
import eu.europa.esig.dss.enumerations.DigestMatcherType;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * EU DSS on an ASiC-E container: it is one, its manifest names the original by its digest, and its evidence record
 * (RFC 4998) covers what the manifest names, by time-stamps whose mathematics hold.
 */
final class Container implements Judge {
    @Override
    public boolean passes(Path file, Map<String, Object> verdict) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setAIASource(null);
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file.toFile()));
        validator.setCertificateVerifier(verifier);
        Reports reports = validator.validateDocument();
        verdict.put("type", String.valueOf(reports.getDiagnosticData().getContainerType()));
        List<String> covered = new ArrayList<>();
        verdict.put("covered", covered);
        List<EvidenceRecordWrapper> records = reports.getDiagnosticData().getEvidenceRecords();
        boolean passes = "ASiC-E".equals(verdict.get("type")) && records.size() == 1;
        for (EvidenceRecordWrapper record : records) {
            for (XmlDigestMatcher matcher : record.getDigestMatchers()) {
                // digests beside the original's are of the batch's other originals, which are not in the container
                if (matcher.getType() != DigestMatcherType.EVIDENCE_RECORD_ORPHAN_REFERENCE) {
                    covered.add(matcher.getDocumentName());
                    passes &= matcher.isDataFound() && matcher.isDataIntact();
                }
            }
            passes &= !record.getTimestampList().isEmpty();
            for (TimestampWrapper stamp : record.getTimestampList()) {
                passes &= stamp.isSignatureIntact() && stamp.isMessageImprintDataIntact();
            }
        }
        return passes && covered.equals(List.of("original.pdf"));
    }
}
