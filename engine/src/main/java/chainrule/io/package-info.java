/**
 * Model files, snapshots for checkpoints, and traces, all in the safetensors format.
 */
package chainrule.io;
