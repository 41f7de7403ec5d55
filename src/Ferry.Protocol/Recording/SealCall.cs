using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Protocol.Recording;

/// <summary>What the core asked of its key ring and its network, and the answer. Offers and answers cross the network
/// anyway; keys are not in them.</summary>
public abstract record SealCall
{
    private SealCall() { }

    public sealed record Offered(TransferId Transfer, ReadOnlyMemory<byte> Offer) : SealCall;

    /// <param name="Answer">Null when the offer was not valid.</param>
    public sealed record Answered(TransferId Transfer, ReadOnlyMemory<byte>? Answer) : SealCall;

    public sealed record Completed(TransferId Transfer, bool IsValid) : SealCall;

    public sealed record Signed(TransferId Transfer, ReadOnlyMemory<byte> Proof) : SealCall;

    public sealed record Checked(TransferId Transfer, bool IsSigned) : SealCall;

    public sealed record Forgotten(TransferId Transfer) : SealCall;

    public sealed record Tagged(TransferId Transfer, ReadOnlyMemory<byte> Tag) : SealCall;

    public sealed record Compared(TransferId Transfer, bool IsTag) : SealCall;

    public sealed record MemberAsked(bool IsMember) : SealCall;

    /// <param name="Message">As it leaves; null in no network.</param>
    public sealed record Boxed(RoutedMessage? Message) : SealCall;

    /// <param name="Message">What a member said; null when it was not to be read.</param>
    public sealed record Unboxed(RoutedMessage? Message) : SealCall;

    public sealed record StandingAsked(NodeId Node, PeerStanding Standing) : SealCall;

    internal static readonly Cases<SealCall> Cases = new Cases<SealCall>()
        .Add<Offered>(static (f, it) => new(f.Transfer(it?.Transfer), f.Blob(it?.Offer)))
        .Add<Answered>(static (f, it) => new(
            f.Transfer(it?.Transfer), f.Optional(it?.Answer, static (f, answer) => f.Blob(answer))))
        .Add<Completed>(static (f, it) => new(f.Transfer(it?.Transfer), f.Flag(it?.IsValid)))
        .Add<Signed>(static (f, it) => new(f.Transfer(it?.Transfer), f.Blob(it?.Proof)))
        .Add<Checked>(static (f, it) => new(f.Transfer(it?.Transfer), f.Flag(it?.IsSigned)))
        .Add<Forgotten>(static (f, it) => new(f.Transfer(it?.Transfer)))
        .Add<Tagged>(static (f, it) => new(f.Transfer(it?.Transfer), f.Blob(it?.Tag)))
        .Add<Compared>(static (f, it) => new(f.Transfer(it?.Transfer), f.Flag(it?.IsTag)))
        .Add<MemberAsked>(static (f, it) => new(f.Flag(it?.IsMember)))
        .Add<Boxed>(static (f, it) => new(f.Optional<RoutedMessage>(it?.Message, Said)))
        .Add<Unboxed>(static (f, it) => new(f.Optional<RoutedMessage>(it?.Message, Said)))
        .Add<StandingAsked>(static (f, it) => new(f.Node(it?.Node), f.Member(it?.Standing)));

    private static RoutedMessage Said(Fields f, RoutedMessage? message)
    {
        if (f.Message(message) is RoutedMessage routed) return routed;
        f.Require(false);
        return new RouteReply(default, default);
    }
}
