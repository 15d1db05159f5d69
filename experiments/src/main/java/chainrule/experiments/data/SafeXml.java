package chainrule.experiments.data;

import chainrule.data.DataException;

import org.w3c.dom.Element;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

import java.io.ByteArrayInputStream;
import java.io.IOException;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/**
 * Parses XML from untrusted files: no document type, hence no entities and no external resources; no inclusions;
 * elements nested at most {@value #DEEPEST} levels deep.
 *
 * @see <a href="https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html">OWASP:
 *     XML External Entity Prevention</a>
 */
public final class SafeXml {
    /** The maximum nesting of elements; Pascal VOC needs five levels. */
    static final int DEEPEST = 64;

    private static final String APACHE = "http://apache.org/xml/features/";
    private static final String SAX = "http://xml.org/sax/features/";

    private SafeXml() {}

    /**
     * The root element of a document. Accepts white space before the XML declaration, which some annotation tools
     * write.
     *
     * @param name of the file, for messages
     * @param xml the whole file; {@link ReadableTree#read} bounds its size
     * @throws DataException if it is not well-formed, has a document type or is nested too deep; the message names the
     *     file and the line
     */
    public static Element parse(String name, byte[] xml) {
        int start = 0;
        while (start < xml.length && xml[start] >= 0 && Character.isWhitespace(xml[start])) {
            start++;
        }
        try {
            return builder().parse(new ByteArrayInputStream(xml, start, xml.length - start)).getDocumentElement();
        } catch (SAXParseException e) {
            throw new DataException(name + " is not valid XML: " + reason(e), e);
        } catch (SAXException | IOException e) {
            throw new DataException(name + " is not valid XML: " + firstLine(e), e);
        }
    }

    private static DocumentBuilder builder() {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        try {
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature(APACHE + "disallow-doctype-decl", true);
            factory.setFeature(APACHE + "nonvalidating/load-external-dtd", false);
            factory.setFeature(SAX + "external-general-entities", false);
            factory.setFeature(SAX + "external-parameter-entities", false);
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
            factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
            factory.setAttribute("jdk.xml.maxElementDepth", Integer.toString(DEEPEST));
            factory.setXIncludeAware(false);
            factory.setExpandEntityReferences(false);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Thrower()); // the default one prints
            return builder;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK's own XML parser has these features", e);
        }
    }

    private static String reason(SAXParseException e) {
        return e.getLineNumber() < 0 ? firstLine(e) : "line " + e.getLineNumber() + ": " + firstLine(e);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
    }

    private static final class Thrower implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // a warning does not affect the content
        }

        @Override
        public void error(SAXParseException e) throws SAXParseException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXParseException {
            throw e;
        }
    }
}
