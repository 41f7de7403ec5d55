using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ferry.Transports.Bluetooth;

namespace Ferry.Transports;

/// <summary>
/// Where a node can be reached. Users write <c>192.168.1.7</c>, <c>host:port</c>, <c>[v6]:port</c> or <c>tcp://…</c>;
/// <c>AA:BB:CC:DD:EE:FF</c>, optionally with <c>/CHANNEL</c>, or <c>bluetooth://…</c>. <c>ToString</c> gives the long
/// form, which parses to an equal address.
/// </summary>
public abstract record NodeAddress
{
    public const int DefaultPort = 4747;
    private const int TextCharsMax = 300;

    /// <summary>From 224.0.0.0 on, IPv4 addresses name no single machine.</summary>
    private const int MulticastFirst = 224;
    private const int AdapterNameCharsMax = 16;
    private const int BluetoothChannelMax = 30;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private NodeAddress() { }

    public abstract string Scheme { get; }

    /// <summary>
    /// Means the same thing to another machine: neither this machine itself, nor a name that somebody has to look up.
    /// </summary>
    public virtual bool CanBeOffered => true;

    /// <param name="Port">0 only to listen: takes a free one.</param>
    public sealed record Tcp(string Host, int Port) : NodeAddress
    {
        public override string Scheme => "tcp";
        public override bool CanBeOffered => Port > 0 && IPAddress.TryParse(Host, out var address) && IsOfHost(address);
        public override string ToString() => Host.Contains(':') ? $"tcp://[{Host}]:{Port}" : $"tcp://{Host}:{Port}";
    }

    /// <param name="Channel">Null to ask the device, or to listen at a free one.</param>
    public sealed record Bluetooth(BluetoothAddress Address, int? Channel) : NodeAddress
    {
        public override string Scheme => "bluetooth";
        public override string ToString() =>
            Channel is null ? $"bluetooth://{Address}" : $"bluetooth://{Address}/{Channel}";
    }

    /// <summary>An adapter of this machine, to listen at.</summary>
    /// <param name="Name">The system's name for it, such as <c>hci0</c>.</param>
    /// <param name="Channel">Null for a free one.</param>
    public sealed record Adapter(string Name, int? Channel) : NodeAddress
    {
        public override string Scheme => "bluetooth";
        public override bool CanBeOffered => false;
        public override string ToString() => Channel is null ? $"bluetooth://{Name}" : $"bluetooth://{Name}/{Channel}";
    }

    /// <summary>A listener in the same process, for tests.</summary>
    public sealed record Memory(string Name) : NodeAddress
    {
        public override string Scheme => "memory";
        public override string ToString() => $"memory://{Name}";
    }

    /// <summary>Never throws: text that is not an address becomes a failure that quotes it.</summary>
    public static Outcome<NodeAddress> Parse(string text)
    {
        var rest = text.Trim();
        if (rest.Length == 0) return Bad(text, "it is empty");
        if (rest.Length > TextCharsMax) return Bad(text, "it is too long");
        if (rest.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0) return Bad(text, "it has blanks in it");

        var schemeEnd = rest.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd < 0) return LooksLikeBluetooth(rest) ? ParseBluetooth(text, rest) : ParseTcp(text, rest);
        var scheme = rest[..schemeEnd].ToLowerInvariant();
        rest = rest[(schemeEnd + 3)..].TrimEnd('/');
        return scheme switch
        {
            "tcp" => ParseTcp(text, rest),
            "bluetooth" => ParseBluetooth(text, rest),
            "memory" when rest.Length > 0 => Outcome<NodeAddress>.Of(new Memory(rest)),
            _ => Bad(text, $"Ferry has no '{Quotable(scheme)}://'"),
        };
    }

    private static Outcome<NodeAddress> ParseTcp(string text, string rest)
    {
        string host;
        string? port = null;
        if (rest.StartsWith('['))
        {
            var close = rest.IndexOf(']');
            if (close < 0) return Bad(text, "the ']' after the IPv6 address is missing");
            host = rest[1..close];
            if (!IPAddress.TryParse(host, out var v6) || v6.AddressFamily != AddressFamily.InterNetworkV6)
                return Bad(text, "between '[' and ']' must be an IPv6 address");
            if (close + 1 < rest.Length)
            {
                if (rest[close + 1] != ':') return Bad(text, "after ']' may only come a ':' and a port");
                port = rest[(close + 2)..];
            }
        }
        else
        {
            var colon = rest.IndexOf(':');
            if (colon >= 0 && rest.IndexOf(':', colon + 1) >= 0)
                return Bad(text, "an IPv6 address is written in brackets, such as [fe80::1]:4747");
            host = colon < 0 ? rest : rest[..colon];
            if (colon >= 0) port = rest[(colon + 1)..];
            if (!IsHost(host)) return Bad(text, $"'{Quotable(host)}' is neither an IP address nor a host name");
        }

        if (port is null) return Outcome<NodeAddress>.Of(new Tcp(host, DefaultPort));
        return TryNumber(port, 0, ushort.MaxValue, out var number)
            ? Outcome<NodeAddress>.Of(new Tcp(host, number))
            : Bad(text, $"'{Quotable(port)}' is not a port (1 to 65535)");
    }

    private static Outcome<NodeAddress> ParseBluetooth(string text, string rest)
    {
        var slash = rest.IndexOf('/');
        var device = slash < 0 ? rest : rest[..slash];
        int? channel = null;
        if (slash >= 0)
        {
            if (!TryNumber(rest[(slash + 1)..], 1, BluetoothChannelMax, out var number))
                return Bad(text, $"a Bluetooth channel is a number from 1 to {BluetoothChannelMax}");
            channel = number;
        }

        if (device.Length == 0) return Bad(text, "the Bluetooth address is missing");
        if (BluetoothAddress.TryParse(device, out var address))
        {
            return address.Value.IsNone
                ? Bad(text, "no Bluetooth device has the address zero")
                : Outcome<NodeAddress>.Of(new Bluetooth(address.Value, channel));
        }

        return device.Length <= AdapterNameCharsMax && device.All(char.IsAsciiLetterOrDigit)
            ? Outcome<NodeAddress>.Of(new Adapter(device, channel))
            : Bad(text, $"'{Quotable(device)}' is neither a Bluetooth address nor an adapter");
    }

    private static bool LooksLikeBluetooth(string text)
    {
        var slash = text.IndexOf('/');
        return BluetoothAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out _);
    }

    /// <summary>
    /// Text of digits and dots only must be a complete IPv4 address: <c>10.1</c> is a typo, not 10.0.0.1.
    /// </summary>
    private static bool IsHost(string host)
    {
        if (!host.AsSpan().ContainsAnyExcept(Digits))
            return host.AsSpan().Count('.') == 3 && IPAddress.TryParse(host, out _);
        return Uri.CheckHostName(host) == UriHostNameType.Dns;
    }

    /// <summary>Of one machine, and not of this one only.</summary>
    private static bool IsOfHost(IPAddress address) =>
        !IPAddress.IsLoopback(address) && !address.IsIPv6Multicast && !address.IsIPv6LinkLocal
        && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
        && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes()[0] >= MulticastFirst);

    private static bool TryNumber(string text, int min, int max, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= min && number <= max;

    private static LinkFailure Bad(string text, string why) => new(
        LinkFailureKind.BadAddress,
        $"'{Quotable(text)}' is not an address, because {why}: "
            + "write for example 192.168.1.7, boat.local:4747, [fe80::1]:4747 or AA:BB:CC:DD:EE:FF");

    /// <summary>Removes what must not reach a terminal from text that a user typed.</summary>
    private static string Quotable(string text)
    {
        const int CharsMax = 80;
        var shown = text.Length > CharsMax ? string.Concat(text.AsSpan(0, CharsMax), "…") : text;
        return string.Create(shown.Length, shown, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
        });
    }
}
