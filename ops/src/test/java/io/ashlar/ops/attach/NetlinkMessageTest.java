package io.ashlar.ops.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages as Linux has them on little-endian machines. */
class NetlinkMessageTest {

    private static final HexFormat HEX = HexFormat.of();

    @BeforeEach
    void littleEndian() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    }

    private static NetlinkMessage.Generic request(int command, Attributes attributes) {
        return new NetlinkMessage.Generic(7, 0x1c, command, attributes);
    }

    private static List<NetlinkMessage> parse(String... hex) {
        return NetlinkMessage.parse(ByteBuffer.wrap(HEX.parseHex(String.join("", hex))));
    }

    @Test
    void asksForAFamilyByItsName() {
        assertEquals(
                "1c0000001c0005000700000000000000" + "03010000" + "08000200" + "6e626400",
                HEX.formatHex(request(3, Attributes.none().with(2, "nbd")).request()));
    }

    @Test
    void nestsSocketsAndPadsTexts() {
        Attributes item = Attributes.none().with(1, Attributes.none().with(1, 9));
        Attributes all =
                Attributes.none().with(2, 1L << 33).with(10, "db").with(7, item).with(1, 5);

        assertEquals(
                ("0c000200" + "0000000002000000")
                        + ("07000a00" + "64620000")
                        + ("10000780" + "0c000180" + "08000100" + "09000000")
                        + ("08000100" + "05000000"),
                HEX.formatHex(all.bytes()));
    }

    @Test
    void readsAnAnswerAndItsEnd() {
        List<NetlinkMessage> messages =
                parse(
                        "340000001c0000000700000000000000" + "05010000",
                        "20000900" + "10000100" + "08000100" + "00000000" + "05000200" + "01000000",
                        "0800" + "0100" + "2a000000",
                        "24000000020000000700000000000000" + "eaffffff",
                        "1c0000001c0005000700000000000000");

        assertEquals(2, messages.size());
        NetlinkMessage.Generic answer = (NetlinkMessage.Generic) messages.getFirst();
        assertEquals(7, answer.sequence());
        assertEquals(0x1c, answer.family());
        assertEquals(5, answer.command());
        assertEquals(new NetlinkMessage.Ended(7, -22), messages.getLast());
    }

    @Test
    void readsWhatItWrites() {
        Attributes written =
                Attributes.none()
                        .with(1, 42)
                        .with(2, "nbd_mc_group")
                        .with(7, Attributes.none().with(1, Attributes.none().with(2, "in")));

        Attributes read =
                Attributes.parse(ByteBuffer.wrap(written.bytes()).order(ByteOrder.nativeOrder()));

        assertEquals(Optional.of(42), read.number(1));
        assertEquals(Optional.of("nbd_mc_group"), read.text(2));
        assertEquals(Optional.of("in"), read.nested(7).each().getFirst().text(2));
        assertEquals(Optional.empty(), read.number(3));
        assertEquals(List.of(), read.nested(3).each());
    }

    @Test
    void readsShortNumbers() {
        ByteBuffer in = ByteBuffer.wrap(HEX.parseHex("0600010021000000" + "05000200ff"));

        Attributes read = Attributes.parse(in.order(ByteOrder.nativeOrder()));

        assertEquals(Optional.of(0x21), read.number(1));
        assertEquals(Optional.of(255), read.number(2));
    }

    @Test
    void refusesLengthsThatCannotBe() {
        assertThrows(
                IllegalArgumentException.class,
                () -> parse("ff0000001c0000000700000000000000" + "05010000"));
        assertThrows(
                IllegalArgumentException.class,
                () -> parse("100000001c0000000700000000000000" + "05010000"));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        Attributes.parse(
                                ByteBuffer.wrap(HEX.parseHex("03000100"))
                                        .order(ByteOrder.nativeOrder())));
    }
}
