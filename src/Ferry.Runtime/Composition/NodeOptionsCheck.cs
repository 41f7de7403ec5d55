using System.Text;
using Ferry.Protocol.Wire;
using Ferry.Transports;

namespace Ferry.Runtime.Composition;

/// <summary>Options come from users: each that cannot be is a sentence that says what can.</summary>
internal static class NodeOptionsCheck
{
    private static readonly TimeSpan AckTimeoutMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AckTimeoutMax = TimeSpan.FromHours(1);
    private const int LinksMaxMax = 10_000;

    /// <exception cref="FerryException">An option is out of its range.</exception>
    public static NodeOptions Checked(NodeOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Home)) throw Usage("the home folder has no name: give one with --home");
        if (options.AckTimeout < AckTimeoutMin || options.AckTimeout > AckTimeoutMax)
        {
            throw Usage($"--ack-timeout is from 1 s to 1 h, not {options.AckTimeout.TotalSeconds} s");
        }
        if (options.LinksMax is < 1 or > LinksMaxMax)
        {
            throw Usage($"the most links are from 1 to {LinksMaxMax}, not {options.LinksMax}");
        }
        if (options.KeepFreeBytes < 0) throw Usage($"--keep-free is 0 or more bytes, not {options.KeepFreeBytes}");
        foreach (var address in options.Listen.Concat(options.Join))
        {
            if (NodeAddress.Parse(address).Failure is { } failure) throw Usage(failure.Text);
        }
        if (options is { Open: true, PassphraseFile: not null })
            throw Usage("--open admits everybody, with a passphrase or without: leave one of the two out");
        CheckNickname(options.Nickname);
        return options with
        {
            Listen = options.Listen.Count > 0 ? options.Listen : [$"tcp://[::]:{NodeOptions.DefaultPort}"],
            Join = [.. options.Join.Select(address => NodeAddress.Parse(address).Value!.ToString()!).Distinct()],
        };
    }

    private static void CheckNickname(string nickname)
    {
        if (string.IsNullOrWhiteSpace(nickname)) throw Usage("the nickname is empty: give one with --name");
        if (Encoding.UTF8.GetByteCount(nickname) > WireLimits.NicknameBytesMax)
        {
            throw Usage($"the nickname is longer than {WireLimits.NicknameBytesMax} bytes: shorten it with --name");
        }
        if (nickname.Any(char.IsControl)) throw Usage("the nickname has control characters: give another with --name");
    }

    private static FerryException Usage(string text) => new(FailureKind.Usage, text);
}
