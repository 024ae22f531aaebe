using System.Text;
using ActorEtcd.Host.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ActorEtcd.Host.Http;

/// <summary>
/// <c>/livez</c> and <c>/readyz</c>: named checks, each also under a path of its own. A check returns null when it
/// passes, otherwise the reason.
/// </summary>
internal sealed class ProbeEndpoint
{
    private readonly string _type;
    private readonly IReadOnlyList<(string Name, Func<CancellationToken, ValueTask<string?>> Run)> _checks;
    private readonly MetricFamily<Gauge> _last;
    private readonly MetricFamily<Counter> _total;

    private ProbeEndpoint(
        string type,
        MetricRegistry registry,
        params (string Name, Func<CancellationToken, ValueTask<string?>> Run)[] checks)
    {
        _type = type;
        _checks = checks;
        _last = registry.Gauges(
            "etcd_server_healthcheck", "The result of each kind of healthcheck.", "type", "name");
        _total = registry.Counters(
            "etcd_server_healthchecks_total", "The total number of each kind of healthcheck.", "type", "name", "status");
    }

    public static ProbeEndpoint Live(IServerInfo info, MetricRegistry registry) => new(
        "livez", registry, ("serializable_read", cancel => info.TryReadAsync(serializable: true, cancel)));

    public static ProbeEndpoint Ready(IServerInfo info, MetricRegistry registry) => new(
        "readyz",
        registry,
        ("data_corruption", _ => Check(!info.Alarms.Contains("CORRUPT"), "alarm activated: CORRUPT")),
        ("serializable_read", cancel => info.TryReadAsync(serializable: true, cancel)),
        ("linearizable_read", cancel => info.TryReadAsync(serializable: false, cancel)),
        ("non_learner", _ => Check(!info.IsLearner, "not supported for learner")));

    public void Map(HttpRouter router)
    {
        router.MapGet($"/{_type}", call =>
        {
            call.Query.TryGetValue("exclude", out StringValues excluded);
            return ServeAsync(call, name => !excluded.Contains(name));
        });
        foreach ((string name, _) in _checks)
        {
            router.MapGet($"/{_type}/{name}", call => ServeAsync(call, other => other == name));
        }
    }

    private static ValueTask<string?> Check(bool holds, string reason) => new(holds ? null : reason);

    private async ValueTask ServeAsync(HttpCall call, Func<string, bool> wanted)
    {
        var report = new StringBuilder();
        bool healthy = true;
        foreach ((string name, Func<CancellationToken, ValueTask<string?>> run) in _checks.Where(c => wanted(c.Name)))
        {
            string? reason = await run(call.Aborted);
            report.Append(reason is null ? $"[+]{name} ok\n" : $"[-]{name} failed: {reason}\n");
            healthy &= reason is null;
            _last.With(_type, name).Set(reason is null ? 1 : 0);
            _total.With(_type, name, reason is null ? "success" : "error").Increment();
        }

        if (!healthy)
        {
            await call.ErrorAsync(StatusCodes.Status503ServiceUnavailable, report.ToString());
            return;
        }

        string text = call.Query.ContainsKey("verbose") ? report.ToString() : string.Empty;
        call.ResponseHeaders.XContentTypeOptions = "nosniff";
        await call.RespondAsync(StatusCodes.Status200OK, "text/plain; charset=utf-8", text + "ok\n");
    }
}
