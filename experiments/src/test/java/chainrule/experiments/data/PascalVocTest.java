package chainrule.experiments.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chainrule.data.DataException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class PascalVocTest {
    private static final String TWO =
            """

            <annotation>
                <folder>images</folder>
                <filename>photo.png</filename>
                <size><width>9</width><height>7</height><depth>3</depth></size>
                <object>
                    <name> cat </name>
                    <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3.5</xmax><ymax>4</ymax></bndbox>
                </object>
                <object>
                    <name>dog</name>
                    <part><name>tail</name><bndbox><xmin>0</xmin></bndbox></part>
                    <bndbox><ymax>8</ymax><xmax>12</xmax><ymin>-1</ymin><xmin>0</xmin></bndbox>
                </object>
            </annotation>
            """;

    @TempDir Path temporary;

    private static PascalVoc.Annotation parse(String xml) {
        return PascalVoc.parse("a.xml", xml.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void readsImageAndObjectsOfAnAnnotation() {
        PascalVoc.Annotation read = parse(TWO);
        assertThat(read.image()).isEqualTo("photo.png");
        assertThat(read.things())
                .containsExactly(
                        new PascalVoc.Thing("cat", new Box(1, 2, 3.5, 4)),
                        new PascalVoc.Thing("dog", new Box(0, -1, 12, 8)));
        assertThat(read.things().get(1).box().clipped(9, 7)).isEqualTo(new Box(0, 0, 9, 7));
        assertThat(new Box(9, 0, 12, 3).clipped(9, 7).empty()).isTrue();
        assertThat(read.width()).isEqualTo(9);
        assertThat(read.height()).isEqualTo(7);
        assertThat(parse("<annotation/>")).isEqualTo(new PascalVoc.Annotation("a.xml", "", 0, 0, List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x.jpg",
                "images/x.jpg",
                "/home/me/x.jpg",
                "C:\\Users\\me\\images\\x.jpg",
                "\\\\server\\x.jpg",
                "a\\b/x.jpg"
            })
    void findsTheNameInPathsOfAnySystem(String path) {
        assertThat(parse("<annotation><filename>" + path + "</filename></annotation>").image()).isEqualTo("x.jpg");
    }

    /** A box without area does not invalidate the other boxes. */
    @ParameterizedTest
    @CsvSource({"<xmin>1</xmin>,<xmin>3.5</xmin>", "<xmin>1</xmin>,<xmin>9</xmin>", "<ymin>2</ymin>,<ymin>5</ymin>"})
    void keepsBoxesWithoutAreaAsEmpty(String found, String put) {
        PascalVoc.Annotation read = parse(TWO.replace(found, put));
        assertThat(read.things()).extracting(thing -> thing.box().empty()).containsExactly(true, false);
    }

    @Test
    void ignoresInvalidSizes() {
        for (String width : new String[] {"<width>0</width>", "<width>-9</width>", "<width>wide</width>", ""}) {
            assertThat(parse(TWO.replace("<width>9</width>", width)).width()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<annotation>|<html>|its root is <html>, expected <annotation>",
                "<name> cat </name>|<name> </name>|object 1 has no <name>",
                "<name>dog</name>||object 2 has no <name>",
                "<xmin>1</xmin>||the box of object 1 has no <xmin>",
                "<xmin>1</xmin>|<xmin>one</xmin>|<xmin> of object 1 is 'one', expected a number of pixels",
                "<xmin>1</xmin>|<xmin>NaN</xmin>|<xmin> of object 1 is 'NaN'",
                "<xmax>12</xmax>|<xmax>1e300</xmax>|<xmax> of object 2 is '1e300'",
            })
    void namesMissingElements(String found, String put, String message) {
        String xml = TWO.replace(found, put == null ? "" : put);
        if (found.equals("<annotation>")) {
            xml = xml.replace("</annotation>", "</html>");
        }
        String changed = xml;
        assertThat(changed).isNotEqualTo(TWO);
        assertThatThrownBy(() -> parse(changed))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("a.xml")
                .hasMessageContaining(message);
    }

    /** An external entity, and an entity expansion ("billion laughs"). */
    @Test
    void rejectsEntities() throws IOException {
        Path secret = Files.writeString(temporary.resolve("secret.txt"), "the secret");
        String external =
                "<!DOCTYPE annotation [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>" + TWO.replace("cat", "&e;");
        String laughs =
                "<!DOCTYPE annotation [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
                        + "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">]>"
                        + TWO.replace("cat", "&d;");
        for (String hostile : List.of(external, laughs)) {
            assertThatThrownBy(() -> parse(hostile))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("a.xml")
                    .hasMessageContaining("DOCTYPE")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void findsFoldersAtAnyDepth() throws IOException {
        Path folder = temporary.resolve("data");
        Path annotations = Files.createDirectories(folder.resolve("some/where/annotations"));
        Files.writeString(annotations.resolve("b.xml"), TWO);
        Files.writeString(annotations.resolve("a.xml"), TWO.replace("photo", "another"));
        Files.writeString(annotations.resolve("notes.txt"), "no XML");
        try (ReadableTree tree = ReadableTree.open(folder)) {
            assertThat(PascalVoc.all(tree).values())
                    .extracting(PascalVoc.Annotation::image)
                    .containsExactly("another.png", "photo.png");
        }
        Files.writeString(annotations.resolve("c.xml"), "<annotation>");
        try (ReadableTree tree = ReadableTree.open(folder)) {
            assertThatThrownBy(() -> PascalVoc.all(tree))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("c.xml");
        }
    }

    /** The folder names of Pascal VOC, and file names of other tools. */
    @ParameterizedTest
    @CsvSource({
        "annotations,images,.xml",
        "Annotations,JPEGImages,.xml",
        "ANNOTATIONS,Images,.XML",
        "annotations,jpegimages,.Xml"
    })
    void findsFoldersAndFilesInAnyCase(String annotations, String images, String ending) throws IOException {
        Path top = temporary.resolve("VOCdevkit/VOC2007");
        Files.createDirectories(top.resolve("ImageSets"));
        Files.writeString(top.resolve("ImageSets/photo.png"), "another folder");
        Files.writeString(Files.createDirectories(top.resolve(annotations)).resolve("a" + ending), TWO);
        Files.writeString(Files.createDirectories(top.resolve(images)).resolve("photo.png"), "a photo");
        try (ReadableTree tree = ReadableTree.open(temporary)) {
            String annotated = "VOCdevkit/VOC2007/" + annotations + "/a" + ending;
            assertThat(PascalVoc.all(tree)).containsOnlyKeys(annotated);
            assertThat(PascalVoc.images(tree)).containsExactly("VOCdevkit/VOC2007/" + images + "/photo.png");
        }
    }

    @Test
    void rejectsAFolderWithoutAnnotations() throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("data"));
        Files.writeString(folder.resolve("photo.xml"), TWO);
        try (ReadableTree tree = ReadableTree.open(folder)) {
            assertThatThrownBy(() -> PascalVoc.all(tree))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(folder.toString())
                    .hasMessageContaining("'annotations'");
        }
        Path annotations = Files.createDirectories(folder.resolve("annotations"));
        Files.writeString(annotations.resolve("readme.txt"), "nothing here");
        try (ReadableTree tree = ReadableTree.open(folder)) {
            assertThatThrownBy(() -> PascalVoc.all(tree))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("no .xml file");
        }
    }
}
