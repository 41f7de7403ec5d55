using System.Net.Sockets;
using Ferry.Transports.Bluetooth.DBus;
using Ferry.Transports.Bluetooth.Sdp;

namespace Ferry.Transports.Bluetooth;

/// <summary>
/// Looks for Ferry nodes: an inquiry, whose answers show which devices have the service, then service discovery at each
/// of these for the node's name. Both occupy the radio: while a transfer runs over it the inquiry pauses, and when that
/// takes too long it is given up.
/// </summary>
/// <param name="dialing">Held while a device is called: a controller calls one at a time.</param>
internal sealed class NodeDiscovery(BlueZ daemon, RadioTraffic traffic, SemaphoreSlim dialing, TimeProvider time)
{
    /// <summary>An inquiry of 10.24 s, T_GAP(100) of the specification, reaches every discoverable device.</summary>
    public static readonly TimeSpan InquiryTime = TimeSpan.FromSeconds(11);

    /// <summary>The inquiry with its pauses, without the service discovery behind it.</summary>
    public static readonly TimeSpan PatienceWithTraffic = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan QuestionTimeLimit = TimeSpan.FromSeconds(10);

    public async Task<Outcome<IReadOnlyList<DiscoveredNode>>> RunAsync(
        BluetoothAdapter adapter, CancellationToken cancel)
    {
        try
        {
            if (await InquireAsync(adapter, cancel) is not { } near) return BluetoothFailure.Busy;
            var found = new List<DiscoveredNode>();
            foreach (var device in near) found.AddRange(await AskAsync(adapter, device, cancel));
            var bestFirst = found.OrderByDescending(node => node.SignalDbm)
                .ThenBy(node => node.Address, StringComparer.Ordinal);
            return Outcome<IReadOnlyList<DiscoveredNode>>.Of([.. bestFirst]);
        }
        catch (BusException e)
        {
            return BluetoothFailure.CannotDiscover(e);
        }
    }

    /// <summary>The devices that were heard; null when the radio had no time for it.</summary>
    private async Task<IReadOnlyCollection<NearDevice>?> InquireAsync(
        BluetoothAdapter adapter, CancellationToken cancel)
    {
        var heard = new Dictionary<BluetoothAddress, NearDevice>();
        var isLooking = false;
        try
        {
            var begun = time.GetTimestamp();
            for (var looked = TimeSpan.Zero; looked < InquiryTime;)
            {
                if (time.GetElapsedTime(begun) > PatienceWithTraffic) return null;
                var mayLook = !traffic.IsBusy;
                if (mayLook && !isLooking) await daemon.StartInquiryAsync(adapter.Name, cancel);
                else if (!mayLook && isLooking) await daemon.StopInquiryAsync(adapter.Name, cancel);
                isLooking = mayLook;
                await Task.Delay(LookEvery, time, cancel);
                if (!isLooking) continue;
                looked += LookEvery;
                foreach (var device in await daemon.FindNearAsync(adapter.Name, cancel)) heard[device.Address] = device;
            }

            return heard.Values;
        }
        finally
        {
            if (isLooking) await StopAsync(adapter);
        }
    }

    private async Task StopAsync(BluetoothAdapter adapter)
    {
        try
        {
            await daemon.StopInquiryAsync(adapter.Name, CancellationToken.None);
        }
        catch (BusException)
        {
            // The daemon or the adapter went away meanwhile, and the inquiry with it.
        }
    }

    /// <summary>A device that is gone by now, or has nobody to join any more, is not told of.</summary>
    private async Task<IEnumerable<DiscoveredNode>> AskAsync(
        BluetoothAdapter adapter, NearDevice device, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(QuestionTimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        await dialing.WaitAsync(cancel);
        try
        {
            var services = await SdpClient.FindAsync(adapter.Address, device.Address, either.Token) ?? [];
            return services.Select(service => new DiscoveredNode(
                service.Name, new NodeAddress.Bluetooth(device.Address, service.Channel).ToString(), "bluetooth",
                device.SignalDbm));
        }
        catch (SocketException)
        {
            return [];
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return [];
        }
        finally
        {
            dialing.Release();
        }
    }
}
