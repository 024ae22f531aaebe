using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http;

/// <summary>
/// What the runtime tells of itself: <c>/debug/vars</c> as Go's expvar, and <c>/debug/pprof/</c>. Go's profiles have no
/// counterpart here, and their paths say so.
/// </summary>
internal static class DebugEndpoints
{
    private const string PlainText = "text/plain; charset=utf-8";

    private static readonly string[] GoProfiles = ["profile", "trace", "symbol", "block", "mutex"];

    public static void MapVariables(
        HttpRouter router, Func<IReadOnlyDictionary<string, object>> raftStatus, Func<IReadOnlyDictionary<string, object>> peers)
        => router.MapGet("/debug/vars", call => ServeVariables(call, raftStatus(), peers()));

    public static void MapProfiles(HttpRouter router)
    {
        router.MapGet("/debug/pprof/", ServeIndex);
        router.MapGet("/debug/pprof/cmdline", call => call.RespondAsync(200, PlainText, string.Join('\0', Environment.GetCommandLineArgs())));
        router.MapGet("/debug/pprof/heap", ServeHeap);
        router.MapGet("/debug/pprof/allocs", ServeHeap);
        router.MapGet("/debug/pprof/goroutine", ServeThreads);
        router.MapGet("/debug/pprof/threadcreate", ServeThreads);
        foreach (string profile in GoProfiles)
        {
            router.Map($"/debug/pprof/{profile}", call => call.ErrorAsync(
                StatusCodes.Status501NotImplemented,
                $"{profile} is a profile of the Go runtime; ask this process with dotnet-trace or dotnet-counters"));
        }
    }

    private static ValueTask ServeVariables(
        HttpCall call, IReadOnlyDictionary<string, object> raftStatus, IReadOnlyDictionary<string, object> peers)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        var variables = new SortedDictionary<string, object>(StringComparer.Ordinal)
        {
            ["cmdline"] = Environment.GetCommandLineArgs(),
            ["memstats"] = new Dictionary<string, long>
            {
                ["Alloc"] = GC.GetTotalMemory(forceFullCollection: false),
                ["TotalAlloc"] = GC.GetTotalAllocatedBytes(),
                ["Sys"] = Environment.WorkingSet,
                ["HeapAlloc"] = memory.HeapSizeBytes,
                ["HeapSys"] = memory.TotalCommittedBytes,
                ["NumGC"] = GC.CollectionCount(0),
                ["PauseTotalNs"] = (long)GC.GetTotalPauseDuration().TotalNanoseconds,
            },
            ["peers"] = peers,
            ["raft.status"] = raftStatus,
        };
        return call.RespondAsync(StatusCodes.Status200OK, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(variables));
    }

    private static ValueTask ServeIndex(HttpCall call)
    {
        if (call.Path != "/debug/pprof/")
        {
            return call.ErrorAsync(StatusCodes.Status404NotFound, "Unknown profile");
        }

        var page = new StringBuilder("<html><head><title>/debug/pprof/</title></head><body><p>Types of profiles available:</p><ul>");
        foreach (string profile in (string[])["allocs", "cmdline", "goroutine", "heap", "threadcreate", .. GoProfiles])
        {
            page.Append(CultureInfo.InvariantCulture, $"<li><a href='{profile}'>{profile}</a></li>");
        }

        return call.RespondAsync(StatusCodes.Status200OK, "text/html; charset=utf-8", page.Append("</ul></body></html>\n").ToString());
    }

    private static ValueTask ServeHeap(HttpCall call)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        var text = new StringBuilder();
        Line(text, "bytes in use", GC.GetTotalMemory(forceFullCollection: false));
        Line(text, "bytes allocated since the start", GC.GetTotalAllocatedBytes());
        Line(text, "heap bytes after the last collection", memory.HeapSizeBytes);
        Line(text, "heap bytes committed", memory.TotalCommittedBytes);
        Line(text, "fragmented bytes", memory.FragmentedBytes);
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            Line(text, $"collections of generation {generation}", GC.CollectionCount(generation));
        }

        return call.RespondAsync(StatusCodes.Status200OK, PlainText, text.ToString());
    }

    private static ValueTask ServeThreads(HttpCall call)
    {
        var text = new StringBuilder();
        Line(text, "threads of the pool", ThreadPool.ThreadCount);
        Line(text, "work items waiting for them", ThreadPool.PendingWorkItemCount);
        Line(text, "work items done", ThreadPool.CompletedWorkItemCount);
        Line(text, "contended locks", Monitor.LockContentionCount);
        return call.RespondAsync(StatusCodes.Status200OK, PlainText, text.ToString());
    }

    private static void Line(StringBuilder text, string name, long value)
        => text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
}
