namespace Akka.Actor;

/// <summary>The deployments of akka.actor.deployment, found by the path below /user; "*" stands for any one name.</summary>
public class Deployer
{
    protected readonly Config Default;

    private readonly Config _deployment;
    private readonly object _lock = new();
    private volatile List<(string[] Pattern, Deploy Deploy)> _deploys;

    public Deployer(Settings settings)
    {
        _deployment = settings.Config.GetConfig("akka.actor.deployment");
        Default = _deployment?.GetConfig("default");
    }

    public Deploy Lookup(ActorPath path)
    {
        var elements = path.Elements;
        return elements.Count == 0 || elements[0] != "user" ? Deploy.None : Lookup(elements.Skip(1));
    }

    public Deploy Lookup(IEnumerable<string> path)
    {
        var deploys = Deploys();
        if (deploys.Count == 0)
        {
            return Deploy.None;
        }

        var names = path.ToArray();
        return deploys.FirstOrDefault(d => Matches(d.Pattern, names)).Deploy ?? Deploy.None;
    }

    public virtual Deploy ParseConfig(string key, Config config)
    {
        var deployment = Default is null ? config : config.WithFallback(Default);
        return new Deploy(
            key,
            Deploy.NoScopeGiven,
            deployment,
            deployment.GetString("dispatcher", string.Empty),
            deployment.GetString("mailbox", string.Empty),
            deployment.GetInt("stash-capacity", Deploy.NoStashSize));
    }

    public void SetDeploy(Deploy deploy)
    {
        lock (_lock)
        {
            var pattern = deploy.Path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            _deploys = [.. Deploys().Where(d => !d.Pattern.SequenceEqual(pattern)), (pattern, deploy)];
        }
    }

    private static bool Matches(string[] pattern, string[] names)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "**")
            {
                return true;
            }

            if (i >= names.Length || (pattern[i] != "*" && pattern[i] != names[i]))
            {
                return false;
            }
        }

        return pattern.Length == names.Length;
    }

    // Read when the first actor needs it, because a derived deployer's ParseConfig may need its constructor done.
    private List<(string[] Pattern, Deploy Deploy)> Deploys()
    {
        if (_deploys is not null)
        {
            return _deploys;
        }

        lock (_lock)
        {
            return _deploys ??= ReadDeploys();
        }
    }

    private List<(string[] Pattern, Deploy Deploy)> ReadDeploys()
    {
        var deploys = new List<(string[] Pattern, Deploy Deploy)>();
        if (_deployment.IsNullOrEmpty())
        {
            return deploys;
        }

        foreach (var (name, _) in _deployment.AsEnumerable())
        {
            var key = name.Trim('"');
            if (key != "default")
            {
                var deploy = ParseConfig(key, _deployment.GetConfig('"' + key + '"'));
                deploys.Add((key.Split('/', StringSplitOptions.RemoveEmptyEntries), deploy));
            }
        }

        // A name written out counts before a wildcard.
        return [.. deploys.OrderBy(d => d.Pattern.Count(p => p is "*" or "**"))];
    }
}
