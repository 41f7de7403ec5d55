using Ferry.Protocol;
using Ferry.Protocol.Values;
using Ferry.Protocol.Wire;
using Ferry.Simulation.Network;
using Ferry.Simulation.Node;
using Ferry.Simulation.World;
using Ferry.Storage.Store;

namespace Ferry.Simulation.Checkers;

/// <summary>All checkers of a world, told of everything.</summary>
internal sealed class CheckerSet
{
    private readonly List<Checker> _all;

    public CheckerSet(SimWorld world)
    {
        var known = new KnownDurable();
        Resent = new ResentIsBounded(world, known);
        Replacement = new PathIsReplaced(world);
        WrittenOnce = new ChunksAreWrittenOnce(world);
        Pauses = new PausesAreShort(world);
        Limits = new LimitsHold(world);
        _all =
        [
            known, // Before those that ask it.
            new AckedChunksSurvive(world), new FinishedFilesAreWhole(world), new FloodsCrossOnce(),
            new RoutesHaveNoLoops(world), new PayloadsHaveOneOwner(world), new QueuesAreBounded(world),
            new LogsEndEmpty(world), new RareStates(world), new DamageIsKept(),
            new DurableChunksAreNotAskedFor(world, known), Resent, WrittenOnce, Pauses, Replacement,
            new LastWordsAreMeant(world), new OffersEndOnce(world), Limits,
        ];
    }

    /// <summary>Off unless each content has one holder.</summary>
    public ResentIsBounded Resent { get; }

    /// <summary>Off unless the scenario takes a relay away and leaves another path.</summary>
    public PathIsReplaced Replacement { get; }

    /// <summary>Off unless the scenario is without crashes.</summary>
    public ChunksAreWrittenOnce WrittenOnce { get; }

    /// <summary>Off unless the scenario always leaves another way.</summary>
    public PausesAreShort Pauses { get; }

    /// <summary>Off for nodes that nobody limits.</summary>
    public LimitsHold Limits { get; }

    /// <summary>Switches all others off, to see what this one finds.</summary>
    public void Only(Checker one) => _all.RemoveAll(checker => checker != one && checker is not KnownDurable);

    public void AfterStep()
    {
        foreach (var checker in _all) checker.AfterStep();
    }

    public void BeforeInput(SimNode node, Input input)
    {
        foreach (var checker in _all) checker.BeforeInput(node, input);
    }

    public void AfterEffects(SimNode node, Input? input, IReadOnlyList<Effect> effects)
    {
        foreach (var checker in _all) checker.AfterEffects(node, input, effects);
    }

    public void Queued(LinkEnd end, Message message)
    {
        foreach (var checker in _all) checker.Queued(end, message);
    }

    public void Crossed(LinkEnd end, Message message)
    {
        foreach (var checker in _all) checker.Crossed(end, message);
    }

    public void Sealed(SimNode node, LinkId link, FileTransfer head)
    {
        foreach (var checker in _all) checker.Sealed(node, link, head);
    }

    public void Appeared(SimNode node, string path)
    {
        foreach (var checker in _all) checker.Appeared(node, path);
    }

    public void Written(SimNode node, string path)
    {
        foreach (var checker in _all) checker.Written(node, path);
    }

    public void Told(SimNode node, Notice notice)
    {
        foreach (var checker in _all) checker.Told(node, notice);
    }

    public void Dying(SimNode node)
    {
        foreach (var checker in _all) checker.Dying(node);
    }

    public void Died(SimNode node)
    {
        foreach (var checker in _all) checker.Died(node);
    }

    public void Tampered(SimNode node)
    {
        foreach (var checker in _all) checker.Tampered(node);
    }

    public void Recovered(SimNode node, ContentStore store)
    {
        foreach (var checker in _all) checker.Recovered(node, store);
    }

    public void AtRest()
    {
        foreach (var checker in _all) checker.AtRest();
    }
}
