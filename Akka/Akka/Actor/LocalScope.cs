namespace Akka.Actor;

public class LocalScope : Scope
{
    private LocalScope()
    {
    }

    public static LocalScope Instance { get; } = new();

    public override Scope Copy() => Instance;

    public override Scope WithFallback(Scope other) => Instance;
}
