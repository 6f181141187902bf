package navette.judges;

import org.mustangproject.validator.ZUGFeRDValidator;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import javax.xml.parsers.DocumentBuilderFactory;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Mustang: container and XMP of the Factur-X PDF, XSD and EN 16931 Schematron of the XML in it. */
final class FacturX implements Judge {
    @Override
    public boolean passes(Path file, Map<String, Object> verdict) throws Exception {
        ZUGFeRDValidator validator = new ZUGFeRDValidator();
        validator.disableNotices();
        Document report = parsed(validator.validate(file.toString()));
        verdict.put("pdf", status(report, "pdf"));
        verdict.put("xml", status(report, "xml"));
        List<String> problems = new ArrayList<>();
        collect(report, "error", problems);
        collect(report, "exception", problems);
        verdict.put("problems", problems);
        List<String> warnings = new ArrayList<>();
        collect(report, "warning", warnings);
        verdict.put("warnings", warnings);
        // wasCompletelyValid() stays true when only container or XMP fail, so both statuses are read too
        return validator.wasCompletelyValid() && problems.isEmpty()
                && "valid".equals(verdict.get("pdf")) && "valid".equals(verdict.get("xml"));
    }

    private static Document parsed(String report) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(report.getBytes(StandardCharsets.UTF_8)));
    }

    private static String status(Document report, String part) {
        NodeList parts = report.getElementsByTagName(part);
        if (parts.getLength() == 0) {
            return null;
        }
        NodeList summaries = ((Element) parts.item(0)).getElementsByTagName("summary");
        return summaries.getLength() == 0 ? null : ((Element) summaries.item(0)).getAttribute("status");
    }

    private static void collect(Document report, String tag, List<String> into) {
        NodeList found = report.getElementsByTagName(tag);
        for (int index = 0; index < found.getLength(); index++) {
            into.add(found.item(index).getTextContent().replaceAll("\\s+", " ").strip());
        }
    }
}
