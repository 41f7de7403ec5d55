using System.Text.RegularExpressions;
using Ferry.Protocol.Wire;
using Ferry.Tests.Architecture;
using Xunit;

namespace Ferry.Tests.Protocol.Wire;

/// <summary>Messages and their page change together. Names on the page are for people: Has File, ACK.</summary>
public sealed class ProtocolPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.FullPath("docs/protocol.md"));

    public static TheoryData<MessageType> Types => [.. Enum.GetValues<MessageType>()];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_message_has_its_row_and_its_fields(MessageType type)
    {
        var name = Regex.Escape(Spaced(type));
        Assert.True(HasLine($@"\| {(byte)type} \| \[{name}\]\(#"), $"No row for {type}.");
        Assert.True(HasLine($@"####(.*,)? {name} \({(byte)type}\)"), $"No fields for {type}.");
    }

    /// <summary>The sizes on the page count what every message of the type has.</summary>
    [Theory]
    [MemberData(nameof(Types))]
    public void Size_on_the_page_is_that_of_the_empty_message(MessageType type)
    {
        var row = Page.Split('\n').Single(line => line.StartsWith($"| {(byte)type} | [", StringComparison.Ordinal));
        var bytes = row.Split('|')[4].Trim().Split(' ', ',')[0];
        Assert.Equal(Emptied(GoldenMessages.Of(type)).Encoded().Length.ToString(), bytes);
    }

    private static bool HasLine(string start) => Regex.IsMatch(
        Page, $"^{start}", RegexOptions.IgnoreCase | RegexOptions.Multiline, TimeSpan.FromSeconds(5));

    private static string Spaced(MessageType type) => string.Concat(
        type.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}"));

    private static Message Emptied(Message message) => message switch
    {
        Join join => join with { Nickname = "", AdmissionProof = default },
        RouteWithdrawal withdrawal => withdrawal with { Unreachable = [] },
        FileSearch search => search with { Text = "", Content = null, Box = default },
        HasFile hit => hit with { Name = "", Held = [] },
        TransferRequest request => request with { Wanted = [], KeyOffer = default, Proof = default },
        TransferAccept accept => accept with { KeyAnswer = default },
        Ack ack => ack with { Ranges = [], Proof = default },
        TransferResume resume => resume with { Proof = default },
        Refusal refusal => refusal with { Proof = default },
        Receipt receipt => receipt with { Proof = default },
        ManifestPart part => part with { Leaves = default },
        Offer offer => offer with { Name = "", Proof = default },
        OfferAnswer answer => answer with { Proof = default },
        Sealed said => said with { Box = default },
        SearchReport report => report with { Hashing = [], Asked = [] },
        AddressOffer offer => offer with { Addresses = [] },
        SharedIdentity shared => shared with { OtherAddress = "" },
        _ => message,
    };
}
