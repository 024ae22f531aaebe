namespace Akka.Actor.Internal;

/// <summary>One phase of coordinated shutdown, as configured.</summary>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled)
{
    public static IReadOnlyDictionary<string, ShutdownPhase> Read(Config config)
    {
        var defaultTimeout = config.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5));
        var phases = new Dictionary<string, ShutdownPhase>();
        var section = config.GetConfig("phases");
        foreach (var (name, _) in section.AsEnumerable())
        {
            var phase = section.GetConfig(name);
            phases[name] = phase.IsNullOrEmpty()
                ? new ShutdownPhase([], defaultTimeout, Recover: true, Enabled: true)
                : new ShutdownPhase(
                    [.. phase.GetStringList("depends-on", [])],
                    phase.GetTimeSpan("timeout", defaultTimeout),
                    phase.GetBoolean("recover", true),
                    phase.GetBoolean("enabled", true));
        }

        return phases;
    }

    /// <summary>Every phase after those that it depends on.</summary>
    public static IReadOnlyList<string> Sort(IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        var sorted = new List<string>();
        var visiting = new HashSet<string>();
        var done = new HashSet<string>();
        foreach (var name in phases.Keys)
        {
            Visit(name);
        }

        return sorted;

        void Visit(string name)
        {
            if (done.Contains(name))
            {
                return;
            }

            if (!visiting.Add(name))
            {
                throw new ArgumentException($"Cycle detected in graph of phases. It must be a DAG. phase [{name}] depends transitively on itself.");
            }

            if (phases.TryGetValue(name, out var phase))
            {
                foreach (var dependency in phase.DependsOn)
                {
                    Visit(dependency);
                }
            }

            done.Add(name);
            if (phases.ContainsKey(name))
            {
                sorted.Add(name);
            }
        }
    }
}
