using System.Xml.Linq;
using Ferry.Transports.Bluetooth;
using Ferry.Transports.Bluetooth.Sdp;
using Xunit;
using static Ferry.Tests.Transports.Bluetooth.Sdp.SdpBytes;

namespace Ferry.Tests.Transports.Bluetooth.Sdp;

public sealed class FerryServiceTests
{
    private const string Here = "00:AA:01:00:00:42";
    private static readonly BluetoothAddress Asked = Parse(Here);

    [Fact]
    public void Record_is_read_as_it_was_published()
    {
        var found = FerryService.Read(Sequence(Record(Here, 7, "boat")), Asked);
        Assert.Equal([new FerryService(Asked, 7, "boat")], found!);
    }

    [Fact]
    public void Record_of_another_adapter_of_that_machine_is_passed_over()
    {
        var lists = Sequence(Record("00:AA:01:00:00:43", 7, "boat"), Record(Here, 8, "barge"));
        Assert.Equal([new FerryService(Asked, 8, "barge")], FerryService.Read(lists, Asked)!);
    }

    [Fact]
    public void Record_without_a_name_or_an_adapter_is_good_enough()
    {
        var lists = Sequence(Sequence(UInt16(4), Protocols(30)));
        Assert.Equal([new FerryService(Asked, 30, "")], FerryService.Read(lists, Asked)!);
    }

    [Fact]
    public void Protocols_may_be_named_in_full()
    {
        var protocols = Sequence(
            Sequence(LongUuid(SdpElement.ShortUuid(0x0100))), Sequence(LongUuid(SdpElement.ShortUuid(3)), Byte(5)));
        Assert.Equal(5, FerryService.Read(Sequence(Sequence(UInt16(4), protocols)), Asked)!.Single().Channel);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(255)]
    public void Channel_that_cannot_be_is_none(byte channel) =>
        Assert.Empty(FerryService.Read(Sequence(Record(Here, channel, "boat")), Asked)!);

    [Fact]
    public void Device_without_ferry_has_no_records() => Assert.Empty(FerryService.Read(Sequence(), Asked)!);

    [Fact]
    public void Name_from_the_air_cannot_steer_a_terminal()
    {
        var name = FerryService.Read(Sequence(Record(Here, 7, "bo\u001b[31mat\n")), Asked)!.Single().Name;
        Assert.Equal("bo[31mat", name);
    }

    [Fact]
    public void Published_record_is_xml_whatever_the_nickname()
    {
        var record = XDocument.Parse(new FerryService(Asked, 17, "<a> & \"b\"").ToXml());
        var attributes = record.Root!.Elements("attribute").ToDictionary(one => one.Attribute("id")!.Value);
        Assert.Equal("<a> & \"b\"", attributes["0x0100"].Element("text")!.Attribute("value")!.Value);
        Assert.Equal(Here, attributes["0x0200"].Element("text")!.Attribute("value")!.Value);
        Assert.Equal("0x11", attributes["0x0004"].Descendants("uint8").Single().Attribute("value")!.Value);
        var service = attributes["0x0001"].Descendants("uuid").Single();
        Assert.Equal(FerryService.ServiceId, service.Attribute("value")!.Value);
    }

    /// <summary>Nodes of all versions find each other by this.</summary>
    [Fact]
    public void Service_keeps_its_identifier()
    {
        Assert.Equal("e5cf5c66-d219-4f29-9eac-7003943631ee", FerryService.ServiceId);
        Assert.Equal(UInt128.Parse("305469890612441005665394187833244529134"), FerryService.ServiceUuid);
    }

    private static BluetoothAddress Parse(string text) =>
        BluetoothAddress.TryParse(text, out var address) ? address.Value : throw new FormatException(text);
}
