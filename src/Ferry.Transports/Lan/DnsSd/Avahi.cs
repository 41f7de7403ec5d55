using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Ferry.Transports.Bluetooth.DBus;
using Tmds.DBus.Protocol;

namespace Ferry.Transports.Lan.DnsSd;

/// <summary>
/// Avahi, the machine's daemon for DNS-SD over multicast DNS: shows this node to others as <c>_ferry._tcp</c>, under a
/// name of chance that says nothing, and tells of others that are shown. All of it goes when the connection goes.
/// </summary>
public sealed class Avahi(string busAddress, TimeProvider time)
{
    /// <summary>News that wait; what comes faster is lost.</summary>
    public const int NewsMax = 256;

    private const string Daemon = "org.freedesktop.Avahi";
    private const string Bus = "org.freedesktop.DBus";
    private const string ServiceType = "_ferry._tcp";
    private const string NotPermitted = $"{Daemon}.NotPermittedError";
    private const int Any = -1;
    private const int ServerRunning = 2;
    private const int GroupCollision = 3;
    private const uint UseMulticast = 2;
    private const uint WithoutText = 4;

    private static readonly BusMethod Owner = new(Bus, "/org/freedesktop/DBus", Bus, "GetNameOwner", "s", "s");
    private static readonly BusMethod State = Server("GetState", null, "i");
    private static readonly BusMethod NewGroup = Server("EntryGroupNew", null, "o");
    private static readonly BusMethod NewBrowser = Server("ServiceBrowserNew", "iissu", "o");
    private static readonly BusMethod NewResolver = Server("ServiceResolverNew", "iisssiu", "o");

    /// <summary>The one of this machine; null where there is no message bus.</summary>
    public static Avahi? OfSystem(TimeProvider time) =>
        DBusAddress.System is { } address ? new Avahi(address, time) : null;

    /// <summary>
    /// Shows this node and tells of others until cancelled, or until that ends: the daemon is not there, was started
    /// again, or finds the name taken. Then it says why.
    /// </summary>
    /// <param name="found">Called with where others are said to be, whenever that has changed.</param>
    public async Task<string> RunAsync(
        IReadOnlyList<ShownService> shown, Action<IReadOnlyList<IPAddress>> found, CancellationToken cancel)
    {
        using var bus = new SystemBus(busAddress, time);
        try
        {
            return await RunAsync(bus, shown, found, cancel);
        }
        catch (BusException e)
        {
            return $"{e.Name}: {e.Message}";
        }
    }

    private static async Task<string> RunAsync(
        SystemBus bus, IReadOnlyList<ShownService> shown, Action<IReadOnlyList<IPAddress>> found,
        CancellationToken cancel)
    {
        var owner = await bus.CallAsync(
            Owner, (ref arguments) => arguments.WriteString(Daemon), answer => answer.ReadString(), cancel);
        var news = Channel.CreateBounded<AvahiNews>(
            new BoundedChannelOptions(NewsMax) { FullMode = BoundedChannelFullMode.DropWrite });
        var over = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await WatchDaemonAsync(bus, owner, why => End(news, over, why), cancel);
        await WatchServicesAsync(bus, owner, news.Writer, why => End(news, over, why), cancel);
        if (await bus.CallAsync(State, null, answer => answer.ReadInt32(), cancel) != ServerRunning)
            return "Avahi is not ready";
        var own = $"ferry-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        await ShowAsync(bus, own, shown, cancel);
        await bus.CallAsync(NewBrowser, (ref arguments) =>
        {
            arguments.WriteInt32(Any);
            arguments.WriteInt32(Any);
            arguments.WriteString(ServiceType);
            arguments.WriteString("");
            arguments.WriteUInt32(UseMulticast);
        }, answer => answer.ReadObjectPathAsString(), cancel);
        var told = new ToldServices(own);
        await foreach (var one in news.Reader.ReadAllAsync(cancel))
        {
            var before = told.Hosts;
            await TakeAsync(bus, told, one, cancel);
            if (!told.Hosts.SequenceEqual(before)) found(told.Hosts);
        }
        return await over.Task;
    }

    private static void End(Channel<AvahiNews> news, TaskCompletionSource<string> over, string why)
    {
        over.TrySetResult(why);
        news.Writer.TryComplete();
    }

    /// <summary>Another owner of the name, a host name that is taken, or a service's: all are begun anew.</summary>
    private static async Task WatchDaemonAsync(
        SystemBus bus, string owner, Action<string> end, CancellationToken cancel)
    {
        await bus.WatchAsync(
            new BusSignal(Bus, Bus, "NameOwnerChanged", "sss", Daemon), _ => true,
            _ => end("Avahi was started or stopped"), e => end(e.Message), cancel);
        await bus.WatchAsync(
            new BusSignal(owner, $"{Daemon}.Server", "StateChanged", "is"), text => text.ReadInt32(),
            state => { if (state != ServerRunning) end("Avahi looks for a host name"); }, e => end(e.Message), cancel);
        await bus.WatchAsync(
            new BusSignal(owner, $"{Daemon}.EntryGroup", "StateChanged", "is"), text => text.ReadInt32(),
            state => { if (state >= GroupCollision) end("the name is taken"); }, e => end(e.Message), cancel);
    }

    /// <summary>Before anything is asked: the daemon answers at once.</summary>
    private static async Task WatchServicesAsync(
        SystemBus bus, string owner, ChannelWriter<AvahiNews> news, Action<string> end, CancellationToken cancel)
    {
        await WatchAsync($"{Daemon}.ServiceBrowser", "ItemNew", "iisssu",
            text => new AvahiNews.Come(ReadService(ref text), text.ReadUInt32()));
        await WatchAsync($"{Daemon}.ServiceBrowser", "ItemRemove", "iisssu",
            text => new AvahiNews.Gone(ReadService(ref text)));
        await WatchAsync($"{Daemon}.ServiceResolver", "Found", "iissssisqaayu", text =>
        {
            var service = ReadService(ref text);
            text.ReadString();
            text.ReadInt32();
            return new AvahiNews.Resolved(service, text.ReadString());
        });

        Task WatchAsync(string from, string name, string signature, ReadAnswer<AvahiNews> read) => bus.WatchAsync(
            new BusSignal(owner, from, name, signature), read, one => news.TryWrite(one), e => end(e.Message), cancel);
    }

    private static ServiceKey ReadService(ref Reader text)
    {
        var (card, family, name) = (text.ReadInt32(), text.ReadInt32(), text.ReadString());
        text.ReadString();
        return new ServiceKey(card, family, name, text.ReadString());
    }

    private static async Task ShowAsync(
        SystemBus bus, string name, IReadOnlyList<ShownService> shown, CancellationToken cancel)
    {
        try
        {
            var group = await bus.CallAsync(NewGroup, null, answer => answer.ReadObjectPathAsString(), cancel);
            foreach (var one in shown)
            {
                await bus.CallAsync(Group(group, "AddService", "iiussssqaay"), (ref arguments) =>
                {
                    arguments.WriteInt32(one.CardIndex);
                    arguments.WriteInt32(Any);
                    arguments.WriteUInt32(0);
                    arguments.WriteString(name);
                    arguments.WriteString(ServiceType);
                    arguments.WriteString("");
                    arguments.WriteString("");
                    arguments.WriteUInt16(one.Port);
                    arguments.WriteArrayEnd(arguments.WriteArrayStart(DBusType.Array));
                }, cancel);
            }
            await bus.CallAsync(Group(group, "Commit"), null, cancel);
        }
        catch (BusException e) when (e.Name == NotPermitted)
        {
            // The machine's owner lets programs show nothing. Others are told of all the same.
        }
    }

    private static async Task TakeAsync(
        SystemBus bus, ToldServices told, AvahiNews news, CancellationToken cancel)
    {
        switch (news)
        {
            case AvahiNews.Come come when told.Add(come.Service, come.Flags):
                if (await ResolveAsync(bus, come.Service, cancel) is { } resolver)
                    told.OnResolver(come.Service, resolver);
                else told.Remove(come.Service);
                break;
            case AvahiNews.Resolved resolved:
                told.OnAddress(resolved.Service, resolved.Address);
                break;
            case AvahiNews.Gone gone when told.Remove(gone.Service) is { } useless:
                await FreeAsync(bus, useless, cancel);
                break;
        }
    }

    /// <summary>Null when the daemon does not take it: it has gone, or its name is none.</summary>
    private static async Task<string?> ResolveAsync(SystemBus bus, ServiceKey service, CancellationToken cancel)
    {
        try
        {
            return await bus.CallAsync(NewResolver, (ref arguments) =>
            {
                arguments.WriteInt32(service.Card);
                arguments.WriteInt32(service.Family);
                arguments.WriteString(service.Name);
                arguments.WriteString(ServiceType);
                arguments.WriteString(service.Domain);
                arguments.WriteInt32(service.Family);
                arguments.WriteUInt32(UseMulticast | WithoutText);
            }, answer => answer.ReadObjectPathAsString(), cancel);
        }
        catch (BusException)
        {
            return null;
        }
    }

    private static async Task FreeAsync(SystemBus bus, string resolver, CancellationToken cancel)
    {
        try
        {
            await bus.CallAsync(new BusMethod(Daemon, resolver, $"{Daemon}.ServiceResolver", "Free"), null, cancel);
        }
        catch (BusException)
        {
            // It has gone by itself, or with the daemon.
        }
    }

    private static BusMethod Server(string name, string? arguments, string answer) =>
        new(Daemon, "/", $"{Daemon}.Server", name, arguments, answer);

    private static BusMethod Group(string group, string name, string? arguments = null) =>
        new(Daemon, group, $"{Daemon}.EntryGroup", name, arguments);
}
