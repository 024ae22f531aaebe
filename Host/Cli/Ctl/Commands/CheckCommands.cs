using System.Diagnostics;
using System.Globalization;
using ActorEtcd.Host.Cli.Ctl.Client;
using ActorEtcd.Host.Cli.Ctl.Output;

namespace ActorEtcd.Host.Cli.Ctl.Commands;

/// <summary>check perf, check datascale: whether a cluster bears a load, and what memory data takes.</summary>
internal static class CheckCommands
{
    private const double Megabyte = 1024 * 1024;

    public static readonly CtlFlag[] PerfFlags = FlagsFor("/etcdctl-check-perf/");

    public static readonly CtlFlag[] DatascaleFlags = FlagsFor("/etcdctl-check-datascale/");

    public static async Task PerfAsync(CtlContext context)
    {
        var (perSecond, clientCount) = ModelOf(context) switch
        {
            "s" => (150, 50),
            "m" => (1000, 200),
            "l" => (8000, 500),
            _ => (15000, 1000),
        };
        var duration = context.Console.CheckDuration;
        var load = new CheckLoad(context.Flags.Text("prefix"), keyBytes: 256, valueBytes: 1024);
        var clients = await ClientsAsync(context, clientCount).ConfigureAwait(false);
        try
        {
            await load.CheckEmptyAsync(clients[0], duration, context.Version.Minor >= 6).ConfigureAwait(false);
            long begin = Stopwatch.GetTimestamp();
            using (var progress = CtlProgress.Begin(context.Console, "seconds"))
            {
                await load.RunAsync(clients, long.MaxValue, perSecond, duration, progress).ConfigureAwait(false);
            }

            var took = Stopwatch.GetElapsedTime(begin);
            await load.CleanUpAsync(context, clients[0]).ConfigureAwait(false);
            Judge(context.Out, load, load.Count / took.TotalSeconds, perSecond);
        }
        finally
        {
            await CloseAsync(clients).ConfigureAwait(false);
        }
    }

    public static async Task DatascaleAsync(CtlContext context)
    {
        var (total, clientCount) = ModelOf(context) switch
        {
            "s" => (10_000, 50),
            "m" => (100_000, 200),
            "l" => (1_000_000, 500),
            _ => (3_000_000, 1000),
        };
        var load = new CheckLoad(context.Flags.Text("prefix"), keyBytes: 512, valueBytes: 512);
        var clients = await ClientsAsync(context, clientCount).ConfigureAwait(false);
        try
        {
            await load.CheckEmptyAsync(clients[0], timeout: null, context.Version.Minor >= 6).ConfigureAwait(false);
            double before = await MemoryAsync(context, clients[0], "before").ConfigureAwait(false);
            context.Out.WriteLine($"Start data scale check for work load [{total} key-value pairs, 1024 bytes per key-value, {clientCount} concurrent clients].");
            context.Out.Flush();
            using (var progress = CtlProgress.Begin(context.Console, "keys"))
            {
                await load.RunAsync(clients, total, perSecond: 0, TimeSpan.MaxValue, progress).ConfigureAwait(false);
            }

            double after = await MemoryAsync(context, clients[0], "after").ConfigureAwait(false);
            await load.CleanUpAsync(context, clients[0]).ConfigureAwait(false);
            load.TellFailures(context.Out);
            if (load.Failures.Count > 0)
            {
                throw new CtlException(CtlExit.Error, "");
            }

            string used = ((after - before) / Megabyte).ToString("F2", CultureInfo.InvariantCulture);
            context.Out.WriteLine($"PASS: Approximate system memory used : {used} MB.");
        }
        finally
        {
            await CloseAsync(clients).ConfigureAwait(false);
        }
    }

    private static CtlFlag[] FlagsFor(string prefix) =>
    [
        CtlFlag.Text("load", "s", "How much load: s(small), m(medium), l(large) or xl(xLarge).") with { Choices = ["small", "medium", "large", "xLarge"] },
        CtlFlag.Text("prefix", prefix, "What the keys of the check begin with."),
        CtlFlag.Switch("auto-compact", "Compact the store afterwards."),
        CtlFlag.Switch("auto-defrag", "Defragment the members afterwards."),
    ];

    private static string ModelOf(CtlContext context) => context.Flags.Text("load") switch
    {
        "s" or "small" => "s",
        "m" or "medium" => "m",
        "l" or "large" => "l",
        "xl" or "xLarge" => "xl",
        var other => throw new CtlException(CtlExit.BadFeature, $"unknown load option {other}"),
    };

    private static async Task<List<CtlClient>> ClientsAsync(CtlContext context, int count)
    {
        var clients = new List<CtlClient>(count);
        for (int i = 0; i < count; i++)
        {
            clients.Add(await context.ConnectAsync(isBlocking: false).ConfigureAwait(false));
        }

        return clients;
    }

    private static async Task CloseAsync(List<CtlClient> clients)
    {
        foreach (var client in clients)
        {
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<double> MemoryAsync(CtlContext context, CtlClient client, string when)
    {
        double bytes = await ServerMemory.ReadAsync(context, client.Endpoints[0]).ConfigureAwait(false);
        if (bytes > 0)
        {
            return bytes;
        }

        context.Out.WriteLine($"FAIL: Could not read process_resident_memory_bytes {when} the put operations.");
        throw new CtlException(CtlExit.Error, "");
    }

    private static void Judge(CtlWriter output, CheckLoad load, double reached, int wanted)
    {
        load.TellFailures(output);
        bool isFast = reached / wanted > 0.9;
        bool isEven = load.StandardDeviation <= 0.1;
        bool isPrompt = load.Slowest <= 0.5;
        string slowest = load.Slowest.ToString("F6", CultureInfo.InvariantCulture);
        string deviation = load.StandardDeviation.ToString("F6", CultureInfo.InvariantCulture);
        output.WriteLine($"{(isFast ? "PASS: Throughput is" : "FAIL: Throughput too low:")} {(int)reached + 1} writes/s");
        output.WriteLine($"{(isPrompt ? "PASS: Slowest request took" : "Slowest request took too long:")} {slowest}s");
        output.WriteLine($"{(isEven ? "PASS: Stddev is" : "Stddev too high:")} {deviation}s");
        bool hasPassed = isFast && isEven && isPrompt && load.Failures.Count == 0;
        output.WriteLine(hasPassed ? "PASS" : "FAIL");
        if (!hasPassed)
        {
            throw new CtlException(CtlExit.Error, "");
        }
    }
}
