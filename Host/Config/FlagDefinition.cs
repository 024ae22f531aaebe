namespace ActorEtcd.Host.Config;

/// <summary>One flag of the server.</summary>
/// <param name="Name">The name without dashes; the environment variable is <c>ETCD_</c> and the name in capitals.</param>
/// <param name="Default">The value when neither flag nor environment gives one, as text.</param>
/// <param name="Section">The heading of the help text below which it stands.</param>
/// <param name="Help">One sentence for the help text.</param>
public sealed record FlagDefinition(string Name, FlagKind Kind, string Default, string Section, string Help)
{
    /// <summary>Why the flag changes nothing here; null when it does what it says.</summary>
    public string? Notice { get; init; }

    /// <summary>The flag that this is an older name of.</summary>
    public string? SpellingOf { get; init; }

    /// <summary>The words that a choice is made of.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    public bool IsHonoured => Notice is null;

    /// <summary>Whether the flag may come without a value.</summary>
    public bool MayBeBare => Kind is FlagKind.Switch or FlagKind.Ignored;

    /// <summary>Whether a URL may be that of a Unix socket: members reach each other over TCP alone.</summary>
    public bool TakesSockets => Kind is FlagKind.Urls or FlagKind.UrlsOrNone && !Name.Contains("peer", StringComparison.Ordinal);

    public string EnvironmentVariable => "ETCD_" + Name.ToUpperInvariant().Replace('-', '_');
}
