namespace ActorEtcd.Alarms;

/// <summary>Edge to alarm actor: a request was refused, since the store would have grown beyond its quota.</summary>
public sealed record NoSpaceMet
{
    public static readonly NoSpaceMet Instance = new();
}
