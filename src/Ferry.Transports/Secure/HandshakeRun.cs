using System.Buffers.Binary;
using System.Net.Security;
using System.Security.Cryptography;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;

namespace Ferry.Transports.Secure;

/// <summary>One handshake. The order of its steps is argued in <see cref="Handshake"/>.</summary>
internal sealed class HandshakeRun(
    IConnection connection, HandshakeSettings settings, SslStream tls, bool dialed, NodeId? expected)
{
    /// <summary>Where every version's Join has the range of versions: behind the type.</summary>
    private const int VersionsAt = 1;
    private const int VersionsEnd = VersionsAt + 4;

    private static readonly TimeSpan RejectTimeLimit = TimeSpan.FromSeconds(2);

    private string Peer => connection.RemoteAddress;

    public async Task<Outcome<SecureLink>> RunAsync(CancellationToken cancel)
    {
        var peer = await TlsIdentity.ProveAsync(tls, settings.Self, dialed, cancel);
        var named = settings.JoinFor(peer);
        var proof = new MembershipProof(settings, dialed);
        var join = named with
        {
            Node = settings.Self.Id,
            Nickname = string.Empty,
            AdmissionProof = proof.Offer,
            FrameBytesMax = connection.Traits.FrameBytesMax,
        };
        var ownSecret = RandomNumberGenerator.GetBytes(HandshakeRecord.SecretBytes);
        var own = new HandshakeSide(settings.Self.Id, Encode(join), ownSecret);
        await HandshakeRecord.WriteHelloAsync(tls, own.Join, own.Secret, cancel);

        if (await HandshakeRecord.ReadAsync(tls, cancel) is not { } hello) return NotFerry();
        if (hello.Kind == HandshakeRecordKind.Reject) return Rejected(hello, peer);
        if (!hello.TrySplitHello(out var encoded, out var secret)) return NotFerry();
        var other = new HandshakeSide(peer, encoded, secret);
        var (rejection, peerJoin) = Check(join, encoded, peer);
        var version = Math.Min(join.VersionMax, peerJoin?.VersionMax ?? 0);
        if (rejection is null && !proof.Meet(
            peerJoin!.AdmissionProof.Span, version, dialed ? own : other, dialed ? other : own))
            rejection = BadHello();
        rejection ??= dialed
            ? Admit(new Applicant(peer, string.Empty, Peer, proof.Kind)) : OutOfTries(peer, proof, take: false);
        if (rejection is { } no) return await RejectAsync(no, peer, cancel);

        if (dialed) await FinishAsync(proof, named.Nickname, cancel);
        if (await HandshakeRecord.ReadAsync(tls, cancel) is not { } record) return NotFerry();
        if (record.Kind == HandshakeRecordKind.Reject) return Rejected(record, peer);
        if (record.Kind != HandshakeRecordKind.Finish) return NotFerry();
        if (FinishRecord.Decode(record.Payload.Span) is not { } finished) return NotFerry();
        if (!dialed && OutOfTries(peer, proof, take: true) is { } tooMany)
            return await RejectAsync(tooMany, peer, cancel);
        var isProven = proof.Verify(finished.Proof.Span);
        if (!dialed)
        {
            var applicant = new Applicant(peer, finished.Nickname, Peer, proof.Kind, proof.Ticket);
            if (isProven && proof.Kind == ProofKind.Passphrase) settings.Guesses?.GiveBack(AddressOrigin.Of(Peer));
            if ((isProven ? Admit(applicant) : NotProven(applicant)) is { } refused)
                return await RejectAsync(refused, peer, cancel);
            await FinishAsync(proof, named.Nickname, cancel);
        }
        else if (!isProven)
        {
            return new LinkFailure(
                LinkFailureKind.PeerNotAdmitted, $"{Peer} takes this node in and does not prove what it asks for");
        }

        peerJoin = peerJoin! with { Nickname = finished.Nickname };
        return await LeaveTlsAsync(own, other, peerJoin, version, proof.Kind, cancel);
    }

    private Task FinishAsync(MembershipProof proof, string nickname, CancellationToken cancel) =>
        HandshakeRecord.WriteFinishAsync(tls, new FinishRecord(proof.Own, nickname), cancel);

    private async Task<Outcome<SecureLink>> LeaveTlsAsync(
        HandshakeSide own, HandshakeSide other, Join peerJoin, ushort version, ProofKind proof,
        CancellationToken cancel)
    {
        var (fromDialer, fromListener) = LinkSecrets.Derive(version, dialed ? own : other, dialed ? other : own);
        var sending = new TrafficKey(dialed ? fromDialer : fromListener, settings.Rekey);
        var receiving = new TrafficKey(dialed ? fromListener : fromDialer, settings.Rekey);
        CryptographicOperations.ZeroMemory(fromDialer);
        CryptographicOperations.ZeroMemory(fromListener);
        SecureLink? link = null;
        try
        {
            if (!dialed && !await OpenReadyAsync(receiving, cancel)) return NotFerry();
            var made = new SecureLink(connection, peerJoin, version, dialed, sending, receiving) { Proof = proof };
            if (dialed) await made.WriteReadyAsync(cancel);
            link = made;
            return Outcome<SecureLink>.Of(link);
        }
        finally
        {
            if (link is null)
            {
                sending.Dispose();
                receiving.Dispose();
            }
        }
    }

    private async Task<bool> OpenReadyAsync(TrafficKey receiving, CancellationToken cancel)
    {
        var frame = new byte[FramePrefix.Bytes + TrafficKey.TagBytes];
        await connection.Stream.ReadExactlyAsync(frame, cancel);
        var prefix = frame.AsSpan(0, FramePrefix.Bytes);
        return FramePrefix.Read(prefix) is { Bulk: false, Body: false, Last: true, PayloadBytes: TrafficKey.TagBytes }
            && receiving.TryOpen(prefix, [], frame.AsSpan(FramePrefix.Bytes));
    }

    /// <summary>The other's Hello: null and its Join, or why there will be no link.</summary>
    private (Rejection? Rejection, Join? Join) Check(Join own, ReadOnlyMemory<byte> encoded, NodeId peer)
    {
        if (peer == settings.Self.Id)
        {
            return (new(
                RejectReason.Self, LinkFailureKind.Self,
                $"{Peer} is this node itself", "you are this node itself"), null);
        }

        if (expected is { } wanted && wanted != peer)
        {
            return (new(
                RejectReason.OtherNode, LinkFailureKind.OtherNode,
                $"at {Peer} answers node {Fingerprint.Of(peer)}, not {Fingerprint.Of(wanted)} as expected",
                $"node {Fingerprint.Of(wanted)} was expected, not {Fingerprint.Of(peer)}"), null);
        }

        // The version range is read before the rest, whose form another version may have changed.
        if (encoded.Length < VersionsEnd) return (BadHello(), null);
        var min = BinaryPrimitives.ReadUInt16BigEndian(encoded.Span[VersionsAt..]);
        var max = BinaryPrimitives.ReadUInt16BigEndian(encoded.Span[(VersionsAt + 2)..]);
        if (min > own.VersionMax || max < own.VersionMin) return (VersionMismatch(own, min, max), null);

        if (MessageCodec.Decode(encoded.Span, out var message) != DecodeError.None || message is not Join join)
            return (BadHello(), null);
        return join.Node != peer || join.Nickname.Length > 0 ? (BadHello(), null) : (null, join);
    }

    /// <summary>Null when there may be a link.</summary>
    private Rejection? Admit(Applicant applicant) => settings.Admit(applicant) switch
    {
        AdmissionResult.Refused { Reason: RejectReason.Asked } asked => new(
            RejectReason.Asked, LinkFailureKind.Asked, $"{Described(applicant)} waits to be let in", asked.Text),
        AdmissionResult.Refused refused => new(
            refused.Reason, LinkFailureKind.PeerNotAdmitted,
            $"{Described(applicant)} was not admitted{(refused.Own is { } own ? ": " + own : "")}", refused.Text),
        _ => null,
    };

    /// <summary>A passphrase costs a try until it is proven; null when there is one left.</summary>
    private Rejection? OutOfTries(NodeId peer, MembershipProof proof, bool take)
    {
        if (proof.Kind != ProofKind.Passphrase || settings.Guesses is not { } guesses) return null;
        var origin = AddressOrigin.Of(Peer);
        if (take ? guesses.TryTake(origin) : guesses.HasLeft(origin)) return null;
        return new(
            RejectReason.TooManyTries, LinkFailureKind.PeerNotAdmitted,
            $"node {Fingerprint.Of(peer)} at {Peer} comes after too many wrong passphrases",
            "there were too many wrong passphrases");
    }

    private static Rejection NotProven(Applicant applicant) => applicant.Proof == ProofKind.Passphrase
        ? new(
            RejectReason.WrongPassphrase, LinkFailureKind.PeerNotAdmitted,
            $"{Described(applicant)} has another passphrase", "it has another passphrase")
        : new(
            RejectReason.WrongTicket, LinkFailureKind.PeerNotAdmitted, $"{Described(applicant)} has a wrong ticket",
            "it has given out no such ticket, or long ago");

    private static string Described(Applicant applicant)
    {
        var name = applicant.Nickname.Length == 0 ? "" : $" ({applicant.Nickname})";
        return $"node {Fingerprint.Of(applicant.Node)}{name} at {applicant.Address}";
    }

    private Rejection VersionMismatch(Join own, ushort min, ushort max)
    {
        var ours = Range(own.VersionMin, own.VersionMax);
        var theirs = Range(min, max);
        var older = max < own.VersionMin;
        return new Rejection(
            RejectReason.VersionMismatch, LinkFailureKind.VersionMismatch,
            $"{Peer} speaks protocol version {theirs}, this node {ours}: update Ferry {(older ? "there" : "here")}",
            $"it speaks protocol version {ours}, you speak {theirs}: "
                + $"update Ferry at {(older ? "your" : "the other")} end");

        static string Range(ushort low, ushort high) => low == high ? $"{low}" : $"{low} to {high}";
    }

    private Rejection BadHello() => new(
        RejectReason.BadHello, LinkFailureKind.NotFerry,
        $"{Peer} introduced itself in a way that is not Ferry's", "your Join is not valid");

    /// <summary>
    /// Sends the reason, then waits for the other's next record or the end of the stream: closing a socket with unread
    /// bytes resets the connection, and the reset can overtake the reason.
    /// </summary>
    private async Task<Outcome<SecureLink>> RejectAsync(Rejection rejection, NodeId peer, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(RejectTimeLimit, settings.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await HandshakeRecord.WriteRejectAsync(tls, rejection.Reason, rejection.Told, either.Token);
            await HandshakeRecord.ReadAsync(tls, either.Token);
        }
        catch (IOException)
        {
            // The other end is gone; the reason stands.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The other end does not listen; the reason stands.
        }

        return new LinkFailure(rejection.Kind, rejection.Text) { Peer = peer };
    }

    private LinkFailure Rejected(HandshakeRecord record, NodeId peer)
    {
        var (reason, text) = record.SplitReject();
        var failure = reason switch
        {
            RejectReason.Asked => new(
                LinkFailureKind.Asked,
                $"{Peer} was asked to let this node in: its owner has to say yes to the fingerprint "
                    + $"{Fingerprint.Of(settings.Self.Id)}, and this node asks again until then "
                    + $"(the fingerprint there is {Fingerprint.Of(peer)})"),
            RejectReason.WrongTicket => new(
                LinkFailureKind.WrongTicket,
                $"{Peer} does not know this ticket, it may have been given out long ago: ask for a new one"),
            RejectReason.TicketExpired => new(
                LinkFailureKind.TicketExpired, $"the ticket for {Peer} has expired: ask for a new one"),
            RejectReason.TicketUsed => new(
                LinkFailureKind.TicketUsed, $"the ticket for {Peer} was used by another node: ask for a new one"),
            RejectReason.WrongPassphrase => new(
                LinkFailureKind.WrongPassphrase,
                $"{Peer} is in a network with another passphrase: compare the files of --passphrase-file"),
            RejectReason.PassphraseNeeded => new(
                LinkFailureKind.PassphraseNeeded,
                $"{Peer} is in a network with a passphrase: start this node with --passphrase-file"),
            RejectReason.TooManyTries => new(
                LinkFailureKind.TooManyTries,
                $"{Peer} has seen too many wrong passphrases: try again in a minute"),
            RejectReason.VersionMismatch => new LinkFailure(
                LinkFailureKind.VersionMismatch, $"{Peer} refused the link: {text}"),
            RejectReason.Self => new(LinkFailureKind.Self, $"{Peer} is this node itself"),
            RejectReason.OtherNode => new(LinkFailureKind.OtherNode, $"{Peer} refused the link: {text}"),
            RejectReason.BadHello => new(LinkFailureKind.NotFerry, $"{Peer} refused the link: {text}"),
            _ => new(LinkFailureKind.NotAdmitted, $"{Peer} does not admit this node: {text}"),
        };
        return failure with { Peer = peer };
    }

    private LinkFailure NotFerry() => new(
        LinkFailureKind.NotFerry, $"{Peer} speaks TLS but not Ferry's protocol: check the address and the port");

    private static byte[] Encode(Join join)
    {
        var buffer = new byte[WireLimits.HeadBytesMax];
        return buffer[..MessageCodec.Encode(join, buffer)];
    }

    /// <param name="Text">For this node's user.</param>
    /// <param name="Told">For the other's.</param>
    private readonly record struct Rejection(RejectReason Reason, LinkFailureKind Kind, string Text, string Told);
}
