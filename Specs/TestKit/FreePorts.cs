using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorEtcd.Specs.TestKit;

/// <summary>
/// Loopback ports that nobody listens on. They lie outside the range from which the system takes ports for outgoing
/// connections. Each process takes them from blocks that are its own as long as it lives, and none is handed out twice, so a
/// port stays free between restarts of its server and for whoever is told of it before anybody listens there.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000;
    private const int End = 30_000;
    private const int LastPort = 65_535;
    private const int BlockPorts = 100;
    private const int BlocksMin = 20;
    private const string OutgoingRangeFile = "/proc/sys/net/ipv4/ip_local_port_range";

    private static readonly Lock Gate = new();
    private static readonly (int From, int To) Range = RangeOutside(OutgoingRange());
    private static readonly int Blocks = (Range.To - Range.From) / BlockPorts;

    /// <summary>An open file is the claim to its block; the system closes it with the process, however that ends.</summary>
    private static readonly List<FileStream> Claims = [];

    private static int NextBlock = (int)(Environment.ProcessId * 7L % Blocks);
    private static int NextPort;
    private static int BlockEnd;

    public static int Next()
    {
        lock (Gate)
        {
            for (int tried = 0; tried < Range.To - Range.From; tried++)
            {
                if (NextPort == BlockEnd)
                {
                    ClaimBlock();
                }

                int port = NextPort++;
                if (IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"no free port from {Range.From} to {Range.To}");
    }

    private static void ClaimBlock()
    {
        string folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"actor-etcd-specs-ports-{Environment.UserName}")).FullName;
        for (int tried = 0; tried < Blocks; tried++)
        {
            int from = Range.From + (NextBlock * BlockPorts);
            NextBlock = (NextBlock + 1) % Blocks;
            try
            {
                string file = Path.Combine(folder, from.ToString(CultureInfo.InvariantCulture));
                Claims.Add(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
                (NextPort, BlockEnd) = (from, from + BlockPorts);
                return;
            }
            catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
            {
                // Another process has it, or this one already.
            }
        }

        throw new InvalidOperationException($"all {Blocks} blocks of ports from {Range.From} to {Range.To} are claimed in {folder}");
    }

    private static (int From, int To) RangeOutside((int From, int To) outgoing)
    {
        int below = Math.Min(End, outgoing.From);
        if (below - First >= BlocksMin * BlockPorts)
        {
            return (First, below);
        }

        return LastPort - outgoing.To >= BlocksMin * BlockPorts ? (outgoing.To + 1, LastPort) : (First, End);
    }

    private static (int From, int To) OutgoingRange()
    {
        if (!File.Exists(OutgoingRangeFile))
        {
            return (End, LastPort);
        }

        string[] bounds = File.ReadAllText(OutgoingRangeFile).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (int.Parse(bounds[0], CultureInfo.InvariantCulture), int.Parse(bounds[1], CultureInfo.InvariantCulture));
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ExclusiveAddressUse = true,
        };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
