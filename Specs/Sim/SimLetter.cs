namespace ActorEtcd.Specs.Sim;

/// <summary>A message on its way: encoded, as on a wire.</summary>
internal sealed record SimLetter(
    SimMember From, SimMember To, string Path, string? Sender, int Serializer, string Manifest, byte[] Bytes, string Text);
