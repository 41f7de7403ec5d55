using Ferry.Protocol;
using Ferry.Protocol.Content;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;

namespace Ferry.Simulation.Checkers;

/// <summary>
/// What holders seal again of a content is at most what was outstanding when something was lost: asked for, and not
/// known to be durable by the requester. What is outstanding when more is asked for is at most the window that the same
/// request states, rounded up to a whole chunk. So one loss costs at most one window, and where nothing is lost no byte
/// is sealed twice. Only for contents with one holder; scenarios switch it on and say how many losses they have.
/// </summary>
internal sealed class ResentIsBounded(SimWorld world, KnownDurable known) : Checker
{
    private readonly SortedDictionary<(NodeId Requester, ContentId Content), Account> _accounts = [];
    private readonly Dictionary<TransferId, Account> _sessions = [];
    private int _losses;
    private bool _isLosing;

    public bool IsOn { get; set; }

    /// <summary>Each of so many crashes and lost links may cost what is outstanding just then.</summary>
    public int LossesMax { get; set; }

    /// <summary>
    /// Fails a run whose losses come before twice as much as they may cost is durable: it could not tell a window from
    /// the whole.
    /// </summary>
    public bool MustBite { get; set; }

    /// <summary>
    /// Something is lost from now on. A link that dies in silence goes on losing what is sent over it until an end
    /// notices.
    /// </summary>
    public void OnLoss()
    {
        if (_losses++ >= LossesMax) return;
        _isLosing = true;
        foreach (var account in _accounts.Values)
        {
            account.LossCosts = 0;
            account.Lose();
            if (!IsOn || !MustBite || account.Durable.Count == account.Durable.ChunkCount) continue;
            var durable = account.Content.Manifest.Layout.BytesIn(account.Durable);
            if (durable < 2 * account.OutstandingBytes)
                throw new SimFailure(
                    $"resent: a loss when {durable} bytes are durable and {account.OutstandingBytes} outstanding comes "
                    + "too early to show anything");
        }
    }

    /// <summary>A user pauses a transfer: what is outstanding is let go, and nothing that is asked for later.</summary>
    public void OnPause()
    {
        if (_losses++ >= LossesMax) return;
        foreach (var account in _accounts.Values)
        {
            account.LossCosts = 0;
            account.Lose();
        }
    }

    public override void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        if (input is Input.LinkDown) _isLosing = false;
        foreach (var effect in effects)
            if (effect is Effect.Send { Message: TransferRequest request } && request.Envelope.Source == node.Id)
                OnRequest(node, request);
    }

    public override void BeforeInput(SimNode node, Input input)
    {
        if (input is not Input.Stored { Result: StorageResult.ChunksDurable or StorageResult.DownloadOpened }) return;
        foreach (var ((requester, content), account) in _accounts)
            if (requester == node.Id && known.Of(node, content) is { } durable) account.Durable = durable;
    }

    public override void Sealed(SimNode node, LinkId link, FileTransfer head)
    {
        if (!IsOn || !_sessions.TryGetValue(head.Transfer, out var account)) return;
        account.OnSealed(head.Chunk, head.PieceBytes);
        if (account.ResentBytes > account.Allowed)
            throw new SimFailure(
                $"resent: {account.ResentBytes} bytes of {account.Content.Name} have been sealed again, and "
                + $"{account.Allowed} were outstanding when something was lost");
    }

    public override void Dying(SimNode node)
    {
        if (node.IsUp) OnLoss();
    }

    private void OnRequest(SimNode node, TransferRequest request)
    {
        if (known.Of(node, request.Content) is not { } durable) return;
        var key = (request.Envelope.Source, request.Content);
        if (!_accounts.TryGetValue(key, out var account))
            _accounts.Add(key, account = new Account(world.Contents[request.Content], durable));
        account.Durable = durable;
        // A new session takes the place of the one before: what that one was asked for and has not brought is asked
        // for anew.
        if (_sessions.TryAdd(request.Transfer, account)) account.ForgetAsked();
        var grows = account.OnAsked(request.Wanted);
        if (_isLosing) account.Lose();
        var most = request.WindowBytes + account.Content.Manifest.Layout.ChunkBytes - 1;
        if (IsOn && grows && account.OutstandingBytes > most)
            throw new SimFailure(
                $"resent: {account.OutstandingBytes} bytes of {account.Content.Name} are outstanding at {node.Name}, "
                + $"and its window is {request.WindowBytes}");
    }

    /// <summary>One content on its way to one requester.</summary>
    private sealed class Account(SimContent content, ChunkMap durable)
    {
        private readonly SortedSet<int> _asked = [];
        private readonly long[] _sealed = new long[durable.ChunkCount];

        public SimContent Content => content;
        public ChunkMap Durable { get; set; } = durable;
        public long ResentBytes { get; private set; }

        /// <summary>What all losses together may cost.</summary>
        public long Allowed { get; private set; }

        /// <summary>What the present loss may cost; part of <see cref="Allowed"/>.</summary>
        public long LossCosts { get; set; }

        public long OutstandingBytes
        {
            get
            {
                _asked.RemoveWhere(Durable.Contains);
                return _asked.Sum(chunk => (long)content.Manifest.Layout.LengthOf(chunk));
            }
        }

        public void ForgetAsked() => _asked.Clear();

        /// <summary>True when more is outstanding now.</summary>
        public bool OnAsked(IReadOnlyList<ChunkRange> wanted)
        {
            var before = _asked.Count;
            foreach (var range in wanted)
                for (var chunk = range.First; chunk < range.End; chunk++) _asked.Add(chunk);
            return _asked.Count > before;
        }

        public void OnSealed(int chunk, int bytes)
        {
            var before = _sealed[chunk];
            _sealed[chunk] += bytes;
            ResentBytes += Math.Clamp(_sealed[chunk] - content.Manifest.Layout.LengthOf(chunk), 0, bytes);
        }

        public void Lose()
        {
            var more = OutstandingBytes - LossCosts;
            if (more <= 0) return;
            LossCosts += more;
            Allowed += more;
        }
    }
}
