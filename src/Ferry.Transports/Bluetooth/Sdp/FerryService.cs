using System.Globalization;
using System.Security;

namespace Ferry.Transports.Bluetooth.Sdp;

/// <summary>
/// What a Ferry node says about itself to the service discovery of its machine: where it listens, and what it is
/// called.
/// </summary>
/// <param name="Adapter">
/// Where the node listens. The Bluetooth daemon shows each record on every adapter of the machine, and a machine may
/// run several nodes: whoever asks takes the record that is meant for the adapter that was asked.
/// </param>
/// <param name="Name">The node's nickname.</param>
internal sealed record FerryService(BluetoothAddress Adapter, int Channel, string Name)
{
    /// <summary>Names Ferry's service, for ever: nodes find each other by it.</summary>
    public const string ServiceId = "e5cf5c66-d219-4f29-9eac-7003943631ee";

    public const ushort ProtocolsAttribute = 0x0004;
    public const ushort NameAttribute = 0x0100;

    /// <summary>From 0x0200 on a service defines its own attributes: this is the adapter's address, as text.</summary>
    public const ushort AdapterAttribute = 0x0200;

    /// <summary>Far more than a nickname.</summary>
    private const int NameCharsMax = 64;

    public static UInt128 ServiceUuid { get; } =
        UInt128.Parse(ServiceId.Replace("-", ""), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static readonly UInt128 RfcommUuid = SdpElement.ShortUuid(3);

    /// <summary>The record in the form that BlueZ takes.</summary>
    public string ToXml() => $"""
        <?xml version="1.0" encoding="UTF-8" ?>
        <record>
          <attribute id="0x0001"><sequence><uuid value="{ServiceId}"/></sequence></attribute>
          <attribute id="0x{ProtocolsAttribute:x4}">
            <sequence>
              <sequence><uuid value="0x0100"/></sequence>
              <sequence><uuid value="0x0003"/><uint8 value="0x{Channel:x2}"/></sequence>
            </sequence>
          </attribute>
          <attribute id="0x0005"><sequence><uuid value="0x1002"/></sequence></attribute>
          <attribute id="0x{NameAttribute:x4}"><text value="{SecurityElement.Escape(Name)}"/></attribute>
          <attribute id="0x{AdapterAttribute:x4}"><text value="{Adapter}"/></attribute>
        </record>
        """;

    /// <summary>
    /// What an answer to <see cref="SdpRequest"/> says about the nodes at an adapter; records that make no sense are
    /// passed over, null when the answer itself makes none.
    /// </summary>
    public static IReadOnlyList<FerryService>? Read(ReadOnlySpan<byte> attributeLists, BluetoothAddress asked)
    {
        if (SdpElement.Take(ref attributeLists) is not SdpElement.Sequence records) return null;
        var found = new List<FerryService>();
        foreach (var record in records.Items.OfType<SdpElement.Sequence>())
        {
            if (ReadRecord(record.Items, asked) is { } service && service.Adapter == asked) found.Add(service);
        }

        return found;
    }

    private static FerryService? ReadRecord(IReadOnlyList<SdpElement> attributes, BluetoothAddress asked)
    {
        var (adapter, channel, name) = (asked, 0, "");
        for (var at = 0; at + 1 < attributes.Count; at += 2)
        {
            switch (attributes[at], attributes[at + 1])
            {
                case (SdpElement.Number { Value: ProtocolsAttribute }, SdpElement.Sequence protocols):
                    channel = ChannelIn(protocols.Items);
                    break;
                case (SdpElement.Number { Value: NameAttribute }, SdpElement.Text text):
                    name = CleanName(text.Value);
                    break;
                case (SdpElement.Number { Value: AdapterAttribute }, SdpElement.Text text):
                    if (!BluetoothAddress.TryParse(text.Value, out var own)) return null;
                    adapter = own.Value;
                    break;
            }
        }

        return channel == 0 ? null : new FerryService(adapter, channel, name);
    }

    /// <summary>The RFCOMM channel among the protocols; 0 when there is none.</summary>
    private static int ChannelIn(IReadOnlyList<SdpElement> protocols)
    {
        foreach (var protocol in protocols.OfType<SdpElement.Sequence>())
        {
            if (protocol.Items is [SdpElement.Uuid uuid, SdpElement.Number { Value: >= 1 and <= 30 } channel]
                && uuid.Value == RfcommUuid)
                return (int)channel.Value;
        }

        return 0;
    }

    /// <summary>Names that others send are printed on terminals.</summary>
    private static string CleanName(string name)
    {
        var clean = string.Concat(name.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter)));
        return clean.Length > NameCharsMax ? clean[..NameCharsMax] : clean;
    }
}
