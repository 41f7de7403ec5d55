using System.Globalization;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Runtime.Home;
using Ferry.Runtime.Links;
using Ferry.Transports.Secure;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ferry.Tests.Transports;

/// <summary>All by which a node decides on who comes, and what it keeps of that.</summary>
internal sealed class DoorStage : IDisposable
{
    public const string Phrase = "bafod gihun";

    private static readonly PassphraseKey Passphrase = PassphraseKey.Of(Phrase);

    private readonly TemporaryFolder _folder = new();
    private readonly TestClock _time = new();
    private readonly Identity _self = Identity.Create();
    private readonly HomeFolder _home;
    private readonly KnownNodes _known;
    private readonly WaitingList _waiting;
    private GuessLimit _guesses;

    public DoorStage()
    {
        _home = HomeFolder.Open(_folder["home"]);
        _known = KnownNodes.Load(_home, _time, NullLogger.Instance);
        _waiting = new WaitingList(_time, NullLogger.Instance);
        _guesses = new GuessLimit(_time);
        Ticket = _known.GiveTicket(uses: 1000, _time.GetUtcNow().AddHours(1));
    }

    public byte[] Ticket { get; }

    /// <summary>What a restart would find, and who waits.</summary>
    public string State => File.ReadAllText(_home.File("known.json"))
        + _waiting.All.Count.ToString(CultureInfo.InvariantCulture);

    public bool Trusts(byte[] node) => _known.IsTrusted(Id(node));

    public void Forget(byte[] node) => _known.Forget(Id(node));

    /// <summary>Of a host that has not tried before.</summary>
    public void AllowTries() => _guesses = new GuessLimit(_time);

    public int TriesLeft(string origin)
    {
        var left = 0;
        while (_guesses.TryTake(origin)) left++;
        return left;
    }

    public HandshakeSettings Accepting(ProofKind proves) => Settings(proves) with
    {
        Admit = Admission(proves).OfGuest,
        Tickets = () => _known.TicketSecrets,
        Guesses = _guesses,
    };

    public HandshakeSettings Dialing(ProofKind proves) => Settings(proves) with
    {
        Admit = Admission(proves).OfJoined,
        Ticket = proves == ProofKind.Ticket ? Ticket : default(ReadOnlyMemory<byte>),
    };

    public static NodeId Id(byte[] node) => new(Bytes32.From(node));

    public void Dispose()
    {
        _self.Dispose();
        _folder.Dispose();
    }

    private HandshakeSettings Settings(ProofKind proves) => new(
        _self,
        _ => new Join(WireLimits.Version, WireLimits.Version, NodeId.None, "real", 0, default, Run: 1),
        _ => new AdmissionResult.Admitted(),
        TimeProvider.System)
    {
        Passphrase = proves == ProofKind.Passphrase ? Passphrase : null,
    };

    /// <summary>Open to whoever proves nothing: so what is wrong is not hidden by that.</summary>
    private Admission Admission(ProofKind proves) => new(
        open: proves == ProofKind.None, hasPassphrase: proves == ProofKind.Passphrase, _known,
        NetworkKeys.Load(_home, NullLogger.Instance), _waiting, new Quarantine(_time), _ => false,
        new LinkPlaces(256, () => []));
}
