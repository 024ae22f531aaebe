namespace Akka.Remote.TestKit;

/// <summary>The answer of a command that was carried out.</summary>
public sealed class Done
{
    private Done()
    {
    }

    public static Done Instance { get; } = new();
}
