namespace Hyperion;

/// <summary>The field is neither written nor read.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class IgnoreAttribute : Attribute;
