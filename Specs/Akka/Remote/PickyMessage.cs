namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>Goes wrong at the step that its kind says.</summary>
public sealed record PickyMessage(string Kind)
{
    public const string Fine = "fine";
    public const string UnknownManifest = "unknown-manifest";
    public const string FailsOnRead = "fails-on-read";
    public const string FailsOnWrite = "fails-on-write";
}
