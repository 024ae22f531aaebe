namespace ActorEtcd.Host.Config;

/// <summary>One flag of the server.</summary>
/// <param name="Name">The name without dashes; the environment variable is <c>ETCD_</c> and the name in capitals.</param>
/// <param name="Default">The value when neither flag nor environment gives one, as text.</param>
/// <param name="Section">The heading of the help text below which it stands.</param>
/// <param name="Help">One sentence for the help text.</param>
public sealed record FlagDefinition(string Name, FlagKind Kind, string Default, string Section, string Help)
{
    public string EnvironmentVariable => "ETCD_" + Name.ToUpperInvariant().Replace('-', '_');
}
