import java.io.File;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.ErrorDetails;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.RuleId;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Says PASS or FAIL for each file and flavour. The jar has no JAXB, so the profiles are read with plain DOM. */
public class Vera {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String file : files) {
            check(file, PDFAFlavour.PDFA_3_A, "PDFA-3A");
            check(file, PDFAFlavour.PDFUA_1, "PDFUA-1");
        }
    }

    static void check(String file, PDFAFlavour flavour, String name) throws Exception {
        ValidationProfile profile = profile(flavour, name);
        try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour)) {
            PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false);
            ValidationResult result = validator.validate(parser);
            System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + name + " " + profile.getRules().size() + " rules "
                + result.getTotalAssertions() + " checks " + result.getFailedChecks().keySet() + " " + new File(file).getName());
        }
    }

    static ValidationProfile profile(PDFAFlavour flavour, String name) throws Exception {
        Element root;
        try (InputStream in = Vera.class.getResourceAsStream("/org/verapdf/pdfa/validation/" + name + ".xml")) {
            root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
        }
        Set<Rule> rules = new HashSet<>();
        for (Element rule : all(root, "rule")) rules.add(rule(flavour, rule));
        Set<Variable> variables = new HashSet<>();
        for (Element v : all(root, "variable")) {
            variables.add(Profiles.variableFromValues(
                v.getAttribute("name"), v.getAttribute("object"), text(v, "defaultValue"), text(v, "value")));
        }
        return Profiles.profileFromValues(
            flavour, Profiles.profileDetailsFromValues(name, name, "tests", new Date()), "", rules, variables);
    }

    static Rule rule(PDFAFlavour flavour, Element rule) {
        Element id = all(rule, "id").get(0);
        RuleId ruleId = Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"), Integer.parseInt(id.getAttribute("testNumber")));
        List<ErrorArgument> arguments = new ArrayList<>();
        ErrorDetails error = Profiles.errorFromValues(text(rule, "message"), arguments);
        return Profiles.ruleFromValues(
            ruleId, rule.getAttribute("object"), Boolean.valueOf(rule.getAttribute("deferred")), rule.getAttribute("tags"),
            text(rule, "description"), text(rule, "test"), error, new ArrayList<>());
    }

    static String text(Element of, String tag) {
        List<Element> found = all(of, tag);
        return found.isEmpty() ? "" : found.get(0).getTextContent();
    }

    static List<Element> all(Element of, String tag) {
        NodeList nodes = of.getElementsByTagName(tag);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) found.add((Element) nodes.item(i));
        return found;
    }
}
