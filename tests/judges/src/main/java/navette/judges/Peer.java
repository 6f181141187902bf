package navette.judges;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import eu.europa.esig.dss.enumerations.CertificationPermission;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.revocation.crl.ExternalResourcesCRLSource;
import eu.europa.esig.dss.spi.x509.tsp.KeyEntityTSPSource;
import org.mustangproject.ZUGFeRD.Profiles;
import org.mustangproject.ZUGFeRD.ZUGFeRDExporterFromPDFA;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What others build: Mustang puts the XML into a ready PDF/A, EU DSS seals it B-LTA, both in this warm JVM.
 *
 * <p>{@code Peer <folder> <warm-up> <runs>}: the folder holds plain.pdf, invoice.xml, seal.p12, tsa.p12 (password "peer"),
 * root.pem and *.crl; last.pdf is left in it. Prints one JSON line: CPU milliseconds of the whole process a document.
 * The time-stamps are signed in the process, and what that costs is printed apart.
 */
public final class Peer {
    private static final char[] PASSWORD = "peer".toCharArray();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Peer() {
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int warm = Integer.parseInt(arguments[1]);
        int runs = Integer.parseInt(arguments[2]);
        byte[] plain = Files.readAllBytes(folder.resolve("plain.pdf"));
        byte[] xml = Files.readAllBytes(folder.resolve("invoice.xml"));
        KeyEntityTSPSource stamps =
                new KeyEntityTSPSource(folder.resolve("tsa.p12").toFile(), "PKCS12", PASSWORD, "peer", PASSWORD);
        stamps.setTsaPolicy("1.3.6.1.4.1.32473.1.1");
        PAdESService service = new PAdESService(verifier(folder));
        service.setTspSource(stamps);
        KeyStore store = KeyStore.getInstance(folder.resolve("seal.p12").toFile(), PASSWORD);
        byte[] digest = new byte[32];
        byte[] hybrid = embedded(plain, xml);
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("embed", cpu(warm, runs, () -> embedded(plain, xml)));
        found.put("seal", cpu(warm, runs, () -> sealed(service, store, hybrid)));
        found.put("stamp", cpu(warm, runs, () -> stamps.getTimeStampResponse(DigestAlgorithm.SHA256, digest)));
        Files.write(folder.resolve("last.pdf"), sealed(service, store, hybrid));
        System.out.println(new ObjectMapper().writeValueAsString(found));
    }

    private static double cpu(int warm, int runs, Callable<?> step) throws Exception {
        for (int i = 0; i < warm; i++) {
            step.call();
        }
        long before = SYSTEM.getProcessCpuTime();
        for (int i = 0; i < runs; i++) {
            step.call();
        }
        return (SYSTEM.getProcessCpuTime() - before) / 1e6 / runs;
    }

    private static byte[] embedded(byte[] plain, byte[] xml) throws Exception {
        try (ZUGFeRDExporterFromPDFA exporter = new ZUGFeRDExporterFromPDFA()) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            exporter.load(plain).setProducer("peer").setCreator("peer").setZUGFeRDVersion(2)
                    .setProfile(Profiles.getByName("EN16931"));
            exporter.setXML(xml);
            exporter.export(out);
            return out.toByteArray();
        }
    }

    private static byte[] sealed(PAdESService service, KeyStore store, byte[] pdf) throws Exception {
        List<CertificateToken> chain = new ArrayList<>();
        for (Certificate certificate : store.getCertificateChain("peer")) {
            chain.add(new CertificateToken((X509Certificate) certificate));
        }
        PAdESSignatureParameters parameters = new PAdESSignatureParameters();
        parameters.setSignatureLevel(SignatureLevel.PAdES_BASELINE_LTA);
        parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
        parameters.setSigningCertificate(chain.get(0));
        parameters.setCertificateChain(chain);
        parameters.setPermission(CertificationPermission.NO_CHANGE_PERMITTED);
        parameters.bLevel().setSigningDate(new Date());
        DSSDocument document = new InMemoryDocument(pdf, "invoice.pdf");
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign((PrivateKey) store.getKey("peer", PASSWORD));
        signature.update(service.getDataToSign(document, parameters).getBytes());
        SignatureValue value = new SignatureValue(SignatureAlgorithm.ECDSA_SHA256, signature.sign());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        service.signDocument(document, parameters, value).writeTo(out);
        return out.toByteArray();
    }

    private static CommonCertificateVerifier verifier(Path folder) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        try (InputStream pem = Files.newInputStream(folder.resolve("root.pem"))) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.addCertificate(new CertificateToken((X509Certificate) each));
            }
        }
        List<InputStream> lists = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "*.crl")) {
            for (Path file : files) {
                lists.add(new ByteArrayInputStream(Files.readAllBytes(file)));
            }
        }
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setAIASource(null);
        verifier.setTrustedCertSources(trusted);
        verifier.setCrlSource(new ExternalResourcesCRLSource(lists.toArray(InputStream[]::new)));
        return verifier;
    }
}
