using System.Net.Sockets;
using Ferry.App.Control;
using Ferry.Runtime;
using Ferry.Runtime.Home;
using Xunit;

namespace Ferry.Tests.App.Control;

/// <summary>
/// Two nodes on one home start and stop, step by step, in every order in which their steps can be mixed, on the real
/// file system. Whoever has started is reached through the socket until it stops, whatever the other does.
/// </summary>
public sealed class TwoNodesOfOneHomeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _runs;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void No_order_of_their_steps_harms_the_one_that_runs(bool firstCrashes, bool secondCrashes)
    {
        // Depth first: the turns taken so far (true: the first node's), and one run for each complete list of them.
        var open = new Stack<List<bool>>([[]]);
        while (open.TryPop(out var turns))
        {
            var (first, second) = Run(turns, firstCrashes, secondCrashes);
            if (first) open.Push([.. turns, true]);
            if (second) open.Push([.. turns, false]);
        }
        Assert.True(_runs > 50, $"only {_runs} orders were tried");
    }

    /// <returns>Which of them has steps left after these turns.</returns>
    private (bool First, bool Second) Run(List<bool> turns, bool firstCrashes, bool secondCrashes)
    {
        var home = Path.Combine(_folder.Path, $"{_runs++}");
        using var first = new Node(home, firstCrashes);
        using var second = new Node(home, secondCrashes);
        foreach (var isFirst in turns)
        {
            (isFirst ? first : second).Step();
            Assert.False(first.IsUp && second.IsUp, "two nodes run on one home");
            foreach (var node in new[] { first, second }) Assert.True(!node.IsUp || node.IsReached(), Told(turns));
        }
        if (first.HasEnded && second.HasEnded)
        {
            using var next = new Node(home, crashes: false);
            for (var i = 0; i < Node.StepsToStart; i++) next.Step();
            Assert.True(next.IsUp && next.IsReached(), "nothing they left may keep the next one out: " + Told(turns));
        }
        return (!first.HasEnded, !second.HasEnded);
    }

    private static string Told(List<bool> turns) => string.Concat(turns.Select(isFirst => isFirst ? '1' : '2'));

    /// <summary>The steps of a node's start and stop; each is one of those that the program takes.</summary>
    private sealed class Node : IDisposable
    {
        public const int StepsToStart = 5;

        private readonly string _home;
        private readonly string _path;
        private readonly IReadOnlyList<Action> _steps;
        private HomeFolder? _folder;
        private Socket? _socket;
        private int _next;
        private bool _isRefused;

        public Node(string home, bool crashes)
        {
            (_home, _path) = (home, ControlSocket.PathIn(home));
            IReadOnlyList<Action> start =
            [
                () => HomeAccess.Ensure(home),
                () => _folder = HomeFolder.Open(home),
                () => ControlSocket.Clear(home),
                () => _socket = ControlSocket.Bind(home),
                () => _socket!.Listen(1),
            ];
            IReadOnlyList<Action> stop = crashes ? [Crash] : [() => _socket!.Dispose(), () => _folder!.Dispose()];
            _steps = [.. start, .. stop];
        }

        public bool IsUp => !_isRefused && _next == StepsToStart;
        public bool HasEnded => _isRefused || _next == _steps.Count;

        public void Step()
        {
            try
            {
                _steps[_next++]();
            }
            catch (FerryException e)
            {
                Assert.Equal(NodeHome.AlreadyRunning(_home).Message, e.Message);
                _isRefused = true;
            }
        }

        /// <summary>Whoever connects to the socket in the home comes to this node.</summary>
        public bool IsReached()
        {
            using var client = ControlSocket.New();
            var isConnected = Record.Exception(() => client.Connect(new UnixDomainSocketEndPoint(_path))) is null;
            if (!isConnected || !_socket!.Poll(0, SelectMode.SelectRead)) return false;
            _socket.Accept().Dispose();
            return true;
        }

        public void Dispose()
        {
            _socket?.Dispose();
            _folder?.Dispose();
        }

        /// <summary>The kernel closes what was open, and all files stay.</summary>
        private void Crash()
        {
            var aside = _path + ".aside";
            var process = File.ReadAllText(_folder!.File("node.pid"));
            File.Move(_path, aside);
            Dispose();
            File.Move(aside, _path);
            File.WriteAllText(Path.Combine(_home, "node.pid"), process);
        }
    }
}
