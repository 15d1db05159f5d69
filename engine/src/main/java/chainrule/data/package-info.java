/**
 * Data sets, batches and their readers.
 */
package chainrule.data;
