namespace ActorEtcd.Host.Http.V2;

/// <summary>Keys, or beginnings of keys followed by a star, that may be read and written.</summary>
internal sealed record V2KeyPatterns(IReadOnlyList<string>? Read, IReadOnlyList<string>? Write);
